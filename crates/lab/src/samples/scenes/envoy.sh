# Envoy: its own text, JSON, and Istio's text.
cluster() {
  printf '  - {name: %s, type: STATIC, connect_timeout: 1s, load_assignment: {cluster_name: %s, endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: %s, port_value: %s}}}}]}]}%s}\n' "$1" "$1" "$2" "$3" "${4-}"
}
{
cat <<'Y'
static_resources:
  listeners:
  - address: {socket_address: {address: 203.0.113.22, port_value: 80}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: shop
          access_log:
          - {name: a, typed_config: {"@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog, path: /var/log/envoy.log}}
          - name: b
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog
              path: /var/log/envoy-json.log
              log_format: {json_format: {start_time: "%START_TIME%", method: "%REQ(:METHOD)%", path: "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%", protocol: "%PROTOCOL%", response_code: "%RESPONSE_CODE%", response_flags: "%RESPONSE_FLAGS%", response_code_details: "%RESPONSE_CODE_DETAILS%", upstream_transport_failure_reason: "%UPSTREAM_TRANSPORT_FAILURE_REASON%", bytes_sent: "%BYTES_SENT%", duration: "%DURATION%", authority: "%REQ(:AUTHORITY)%", upstream_host: "%UPSTREAM_HOST%", cf_ray: "%REQ(CF-RAY)%"}}
          - name: c
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog
              path: /var/log/envoy-istio.log
              log_format: {text_format_source: {inline_string: "[%START_TIME%] \"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%\" %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% \"%UPSTREAM_TRANSPORT_FAILURE_REASON%\" %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% \"%REQ(X-FORWARDED-FOR)%\" \"%REQ(USER-AGENT)%\" \"%REQ(X-REQUEST-ID)%\" \"%REQ(:AUTHORITY)%\" \"%UPSTREAM_HOST%\" %UPSTREAM_CLUSTER% %UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME% %ROUTE_NAME%\n"}}
          http_filters:
          - {name: envoy.filters.http.router, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}
          route_config:
            virtual_hosts:
            - name: shop
              domains: ["*"]
              routes:
              - {match: {path: /down}, route: {cluster: down}}
              - {match: {path: /full}, route: {cluster: full}}
              - {match: {path: /plain-as-tls}, route: {cluster: tls}}
              - {match: {path: /nowhere}, route: {cluster: nowhere}}
              - {match: {prefix: /}, route: {cluster: app, timeout: 2s}}
            validate_clusters: false
  clusters:
Y
cluster app 203.0.113.10 80; cluster down 203.0.113.15 8080; cluster full 203.0.113.44 443
cluster tls 203.0.113.10 80 ', transport_socket: {name: t, typed_config: {"@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext}}'
} > envoy.yaml
envoy -c envoy.yaml --concurrency 1 --disable-hot-restart -l error > envoy.out 2>&1 & e=$!
sleep 4; n=http://203.0.113.22
hit $n/api/cart; hit $n/api/orders; hit $n/api/report; hit -X POST -d x=1 $n/api/report; hit $n/down; hit $n/full; hit $n/plain-as-tls; hit $n/nowhere; hit $n/slow; PATIENCE=1 hit $n/slow; hit $n/account; hit $n/legacy.php; hit $n/folded; hit $n/search; hit $n/chunks; hit $n/export.csv; hit $n/two-lengths; hit $n/broken; hit $n/slow-body
exec 3<>/dev/tcp/203.0.113.22/80; printf 'GET / HTTP/1.1\r\nBad Header\r\n\r\n' >&3; sleep 0.3; exec 3>&-
sleep 11; kill $e; wait $e
cp /var/log/envoy.log "$out/envoy"; cp /var/log/envoy-json.log "$out/envoy-json"; cp /var/log/envoy-istio.log "$out/envoy-istio"
:
