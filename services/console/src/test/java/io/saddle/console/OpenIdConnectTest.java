package io.saddle.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.quarkus.test.oidc.server.OidcWiremockTestResource;
import io.saddle.topic.Topics;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.jwt.build.JwtClaimsBuilder;
import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The console where an OpenID Connect provider says who somebody is; the provider is a stand-in that signs for real. */
@QuarkusTest
@TestProfile(OpenIdConnectTest.WithProvider.class)
@QuarkusTestResource(value = OidcWiremockTestResource.class, restrictToAnnotatedClass = true)
class OpenIdConnectTest extends ConsoleTest {

    public static class WithProvider implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of(
                    "quarkus.oidc.tenant-enabled", "true",
                    "quarkus.oidc.auth-server-url", "${keycloak.url}/realms/quarkus/",
                    "quarkus.oidc.client-id", "saddle",
                    "quarkus.oidc.credentials.secret", "a secret of the console",
                    "saddle.console.viewer-password", "looks at metrics");
        }
    }

    private static String token(String name, String role) {
        return token(name, role, "saddle");
    }

    /** As the stand-in signs its own. */
    private static String token(String name, String role, String audience) {
        return signed(Jwt.preferredUserName(name).groups(Set.of(role)), audience);
    }

    private static String signed(JwtClaimsBuilder claims, String audience) {
        return claims.issuer("https://server.example.com")
                .audience(audience)
                .jws()
                .keyId("1")
                .sign("privateKey.jwk");
    }

    @Test
    void aTokenForAnotherServiceOfTheProviderIsRefused() throws Exception {
        assertEquals(
                401,
                with(token("otto", "operator", "notebooks"), "GET", "/api/runs", "")
                        .statusCode());
    }

    private HttpResponse<String> with(String token, String method, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(runs.toString()).resolve(path))
                .header("Content-Type", "application/yaml")
                .method(method, BodyPublishers.ofString(body));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void aBrowserIsLedToTheProvider() throws Exception {
        HttpResponse<String> led = with(null, "GET", "/", "");
        assertEquals(302, led.statusCode());
        String place = led.headers().firstValue("Location").orElseThrow();
        assertTrue(place.contains("client_id=saddle") && place.contains("response_type=code"), place);
        assertTrue(place.contains("code_challenge=") && place.contains("code_challenge_method=S256"), place);
        assertEquals(200, with(null, "GET", "/q/health/live", "").statusCode());
    }

    private static String place(HttpResponse<?> answer) {
        assertEquals(302, answer.statusCode());
        return answer.headers().firstValue("Location").orElseThrow();
    }

    /** What a browser does between the console and the provider's form; the provider lets everybody be alice. */
    private static HttpClient loggedIn(URI console) throws Exception {
        HttpClient browser = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
                .build();
        URI provider = URI.create(place(browser.send(get(console), BodyHandlers.ofString())));
        URI form = provider.resolve("/login?" + provider.getRawQuery());
        String back = place(browser.send(get(form), BodyHandlers.ofString()));
        place(browser.send(get(URI.create(back)), BodyHandlers.ofString()));
        return browser;
    }

    private static HttpRequest get(URI address) {
        return HttpRequest.newBuilder(address).build();
    }

    @Test
    void whoLogsOutIsLoggedOutHereAndAtTheProvider() throws Exception {
        URI console = URI.create(runs.toString()).resolve("/");
        HttpClient browser = loggedIn(console);
        assertTrue(browser.send(get(console), BodyHandlers.ofString()).statusCode() != 302, "logged in");

        JsonNode me = JSON.readTree(
                with(token("vera", "viewer"), "GET", "/api/me", "").body());
        URI logout = console.resolve(me.get("logout").asText());
        String end = place(browser.send(get(logout), BodyHandlers.ofString()));
        assertTrue(end.contains("/end-session?") && end.contains("id_token_hint="), end);
        assertTrue(
                place(browser.send(get(console), BodyHandlers.ofString())).contains("response_type=code"),
                "to be logged in again");
    }

    @Test
    void aScriptOfThePageIsToldThatTheLoginHasEnded() throws Exception {
        HttpRequest script = HttpRequest.newBuilder(URI.create(runs.toString()))
                .header("X-Requested-With", "JavaScript")
                .build();
        assertEquals(499, http.send(script, BodyHandlers.ofString()).statusCode());
    }

    @Test
    void rolesOfTheTokenSayWhatMayBeDone() throws Exception {
        assertEquals(200, with(token("vera", "viewer"), "GET", "/api/runs", "").statusCode());
        assertEquals(
                403,
                with(token("vera", "viewer"), "POST", "/api/runs", specification(run))
                        .statusCode());
        assertEquals(403, with(token("eve", "cleaner"), "GET", "/api/runs", "").statusCode());

        assertEquals(
                201,
                with(token("otto", "operator"), "POST", "/api/runs", specification(run))
                        .statusCode());
        assertEquals("otto", written(Topics.RUNS).get(0).getUpdatedBy());
    }

    private HttpResponse<String> byPassword(String password, String method, String path) throws Exception {
        String pair = Base64.getEncoder().encodeToString(("viewer:" + password).getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(URI.create(runs.toString()).resolve(path))
                .method(method, BodyPublishers.noBody())
                .header("Authorization", "Basic " + pair)
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    /** Prometheus, which comes as the viewer, lost the console. */
    @Test
    void thePasswordOfTheViewerOpensTheMetricsAndNothingElse() throws Exception {
        HttpResponse<String> metrics = byPassword("looks at metrics", "GET", "/q/metrics");
        assertEquals(200, metrics.statusCode());
        assertTrue(metrics.body().contains("saddle_runs"), metrics.body());
        assertEquals(403, byPassword("looks at metrics", "POST", "/q/metrics").statusCode());
        for (String path : List.of("/", "/api/runs", "/q/openapi", "/q/metrics/", "/q/metrics/../openapi")) {
            int status = byPassword("looks at metrics", "GET", path).statusCode();
            assertTrue(status == 302 || status == 401, path + " " + status);
        }
        HttpResponse<String> wrong = byPassword("a guess", "GET", "/q/metrics");
        assertEquals(401, wrong.statusCode(), "by which guesses are counted");
        assertEquals(302, with(null, "GET", "/q/metrics", "").statusCode());
        assertEquals(200, with(token("vera", "viewer"), "GET", "/q/metrics", "").statusCode(), "as before");
    }

    /** It made runs by nobody, and errors 500 where a name was asked for. */
    @Test
    void aTokenThatNamesNobodyIsRefused() throws Exception {
        for (String name : new String[] {null, " "}) {
            JwtClaimsBuilder claims = Jwt.groups(Set.of("operator"));
            if (name != null) {
                claims.preferredUserName(name);
            }
            String nobody = signed(claims, "saddle");
            assertEquals(401, with(nobody, "GET", "/api/runs", "").statusCode());
            assertEquals(
                    401, with(nobody, "POST", "/api/runs", specification(run)).statusCode());
        }
        assertEquals(List.of(), written(Topics.RUNS));
    }

    @Test
    void aTokenThatSomebodyElseSignedIsRefused() throws Exception {
        String real = token("otto", "operator");
        String forged = real.substring(0, real.lastIndexOf('.') + 1) + "AAAA";
        assertEquals(401, with(forged, "GET", "/api/runs", "").statusCode());
    }
}
