# Tomcat.
base=$PWD/tomcat; mkdir -p "$base"/{conf,logs,temp,work} "$base/webapps/ROOT"
cat > "$base/conf/server.xml" <<'T'
<Server port="-1"><Service name="Catalina"><Connector port="8080" address="203.0.113.25" protocol="HTTP/1.1"/>
<Engine name="Catalina" defaultHost="localhost"><Host name="localhost" appBase="webapps" autoDeploy="false">
<Valve className="org.apache.catalina.valves.AccessLogValve" directory="logs" prefix="access" suffix=".log" pattern="%h %l %u %t &quot;%r&quot; %s %b %{CF-Ray}i %D" buffered="false"/>
</Host></Engine></Service></Server>
T
cp /etc/tomcat10/web.xml "$base/conf/"; cp /etc/tomcat10/logging.properties "$base/conf/"
cd "$base/webapps/ROOT"
echo 'fine' > index.jsp
echo '<% String cart = null; cart.length(); %>' > fail.jsp
echo '<% java.util.List<long[]> all = new java.util.ArrayList<>(); while (true) all.add(new long[1 << 20]); %>' > export.jsp
echo '<% for (int i = 0; i < 60; i++) response.addHeader("X-Debug-" + i, "v".repeat(900)); out.println("much"); %>' > much.jsp
echo '<%@ page buffer="1kb" %><% for (int i = 0; i < 20000; i++) { out.println("row ".repeat(20)); out.flush(); if (i % 100 == 0) Thread.sleep(50); } %>' > rows.jsp
echo '<% if (true) throw new IllegalStateException("cart is locked"); %>' > slow.jsp
cd - > /dev/null
home=/usr/share/tomcat10
java -Xmx64m -Djava.util.logging.config.file="$base/conf/logging.properties" -Djava.util.logging.manager=org.apache.juli.ClassLoaderLogManager -Dcatalina.base="$base" -Dcatalina.home=$home -Djava.io.tmpdir="$base/temp" \
  -cp $home/bin/bootstrap.jar:$home/bin/tomcat-juli.jar org.apache.catalina.startup.Bootstrap start > tomcat.out 2>&1 & t=$!
for _ in $(seq 40); do sleep 1; curl -s -o /dev/null http://203.0.113.25:8080/index.jsp && break; done
n=http://203.0.113.25:8080
PATIENCE=30 hit $n/index.jsp; PATIENCE=30 hit $n/fail.jsp; PATIENCE=30 hit $n/much.jsp; PATIENCE=30 hit $n/slow.jsp; PATIENCE=4 hit $n/rows.jsp; PATIENCE=30 hit $n/export.jsp
hit -H "Cookie: big=$(head -c 20000 /dev/zero | tr '\0' x)" $n/index.jsp
exec 3<>/dev/tcp/203.0.113.25/8080; printf '\x16\x03\x01\x02\x00\x01\x00\x01' >&3; sleep 0.5; exec 3>&-
sleep 1; kill $t; wait $t
grep -hv 'VersionLoggerListener\|^.*AprLifecycle' "$base"/logs/*.log | grep -v '^172\|Starting\|Initializ\|Server startup\|Deploy\|deploy\|Stopping\|unload\|WebappClassLoaderBase\|IllegalStateException\|TldScanner\|Catalina.load\|Destroying\|Pausing' | awk '/^\t\tat / { n++; if (n > 3) next } !/^\t\tat / { n = 0 } /^ [a-z]/ { next } { print }' > "$out/tomcat"
grep -hv '"-" 400' "$base"/logs/access*.log > "$out/tomcat-access"
:
