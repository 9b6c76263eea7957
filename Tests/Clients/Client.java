import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;

/** HttpClient of Java: submits a job and reads it, by a token, by a certificate, and by nothing. */
public class Client {
  static final String JOB = "{\"command\": \"echo\", \"args\": [\"by\", \"java\"]}";

  static Certificate certificate(String variable) throws Exception {
    try (var file = Files.newInputStream(Path.of(System.getenv(variable)))) {
      return CertificateFactory.getInstance("X.509").generateCertificate(file);
    }
  }

  static HttpClient client(boolean hasCertificate) throws Exception {
    var authorities = KeyStore.getInstance(KeyStore.getDefaultType());
    authorities.load(null, null);
    authorities.setCertificateEntry("ca", certificate("CA"));
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(authorities);
    KeyManagerFactory keys = null;
    if (hasCertificate) {
      var pem = Files.readString(Path.of(System.getenv("KEY")));
      var text = pem.replaceAll("-----[^-]*-----|\\s", "");
      var key = KeyFactory.getInstance("EC")
          .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(text)));
      var own = KeyStore.getInstance(KeyStore.getDefaultType());
      own.load(null, null);
      own.setKeyEntry("own", key, new char[0], new Certificate[] {certificate("CERT")});
      keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(own, new char[0]);
    }
    var context = SSLContext.getInstance("TLS");
    context.init(keys == null ? null : keys.getKeyManagers(), trust.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).build();
  }

  static HttpResponse<String> ask(HttpClient client, String token, String path, String body)
      throws Exception {
    var request = HttpRequest.newBuilder(URI.create(System.getenv("URL") + path));
    if (token != null) request.header("Authorization", "Bearer " + token);
    if (body != null) request.POST(HttpRequest.BodyPublishers.ofString(body));
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  static void check(boolean holds, Object what) {
    if (!holds) throw new AssertionError(what);
  }

  static void lives(HttpClient client, String token) throws Exception {
    var made = ask(client, token, "/?wait=30", JOB);
    check(made.statusCode() == 200, made.statusCode() + " " + made.body());
    var id = Pattern.compile("\"id\":\\s*\"([0-9a-f]+)\"").matcher(made.body());
    check(id.find(), made.body());
    var output = ask(client, token, "/" + id.group(1) + "/stdout", null);
    check(output.body().equals("by java\n"), output.body());
  }

  public static void main(String[] arguments) throws Exception {
    lives(client(false), System.getenv("TOKEN"));
    lives(client(true), null);
    var nothing = ask(client(false), null, "/", JOB);
    check(nothing.statusCode() == 401, nothing.statusCode());
    check(nothing.body().contains("Say who you are"), nothing.body());
    try {
      ask(HttpClient.newHttpClient(), null, "/jobs", null);
      check(false, "an authority that it does not know was believed");
    } catch (SSLHandshakeException expected) {
    }
    System.out.println("HttpClient of Java " + Runtime.version());
  }
}
