client, url = ARGV
case client
when "net-http"
  require "net/http"
  uri = URI(url)
  Net::HTTP.start(uri.host, uri.port, use_ssl: uri.scheme == "https", read_timeout: 2, max_retries: 0) do |http|
    http.request(Net::HTTP::Get.new(uri)).value
  end
when "open-uri"
  require "open-uri"
  URI.open(url).read
when "faraday"
  require "faraday"
  Faraday.new { |it| it.response :raise_error; it.options.timeout = 2; it.adapter :net_http }.get(url)
end
