import java.net.*;
import java.net.http.*;
import java.time.Duration;

public class Orders {
    public static void main(String[] args) throws Exception {
        String url = args[1];
        switch (args[0]) {
            case "connection" -> {
                URLConnection connection = new URL(url).openConnection();
                connection.setReadTimeout(2000);
                connection.getInputStream().readAllBytes();
            }
            case "client" -> {
                HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(2)).build();
                HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() != 200) throw new IllegalStateException("Unexpected response " + answer + ": " + answer.body());
            }
            case "okhttp" -> {
                okhttp3.Request request = new okhttp3.Request.Builder().url(url).build();
                try (okhttp3.Response answer = new okhttp3.OkHttpClient().newCall(request).execute()) {
                    if (!answer.isSuccessful()) throw new java.io.IOException("Unexpected code " + answer);
                    answer.body().string();
                }
            }
        }
    }
}
