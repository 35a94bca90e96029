import com.google.gson.JsonParser;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Prints the audit events, then the traffic page, one line of JSON each.
 * NETBIRD_URL: where the API is. NETBIRD_TOKEN: who asks.
 */
public class Client {
  public static void main(String[] args) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    OkHttpClient client = new OkHttpClient().newBuilder().build();
    for (String path : new String[] {"api/events/audit", "api/events/network-traffic"}) {
      Request request =
          new Request.Builder()
              .url(System.getenv("NETBIRD_URL") + "/" + path)
              .get()
              .addHeader("Accept", "application/json")
              .addHeader("Authorization", "Token " + System.getenv("NETBIRD_TOKEN"))
              .build();
      try (Response response = client.newCall(request).execute()) {
        String body = response.body().string();
        if (!response.isSuccessful()) {
          System.err.println(response.code() + " " + body);
          System.exit(1);
        }
        out.println(JsonParser.parseString(body));
      }
    }
    // OkHttp keeps its threads for a minute, for a next request.
    System.exit(0);
  }
}
