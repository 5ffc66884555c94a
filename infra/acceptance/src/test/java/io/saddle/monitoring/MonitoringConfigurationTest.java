package io.saddle.monitoring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.saddle.stack.Distribution;
import io.saddle.stack.testing.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Grafana and Prometheus are given in containers. That every metric that is asked for exists is for {@link MonitoringIT}
 * to say, which scrapes the services.
 */
class MonitoringConfigurationTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final Path INFRA = Distribution.locate().root().resolve("infra");

    private static JsonNode yaml(String file) throws IOException {
        return YAML.readTree(INFRA.resolve(file).toFile());
    }

    @Test
    void theDashboardCanBeProvisioned() throws IOException {
        JsonNode dashboard =
                JSON.readTree(INFRA.resolve("grafana/dashboards/saddle.json").toFile());
        assertFalse(dashboard.path("uid").asText().isEmpty(), "links to it would change with every start");
        assertFalse(dashboard.path("title").asText().isEmpty());
        assertTrue(dashboard.path("schemaVersion").asInt() >= 36, "older ones name data sources differently");
        assertTrue(dashboard.path("id").isMissingNode() || dashboard.path("id").isNull(), "Grafana gives it one");
        assertFalse(dashboard.has("__inputs"), "asked for by the import in the browser only");

        Set<Integer> ids = new HashSet<>();
        List<String> withoutQuery = new ArrayList<>();
        dashboard.path("panels").forEach(panel -> {
            assertTrue(ids.add(panel.path("id").asInt()), "two panels have the id " + panel.path("id"));
            boolean row = panel.path("type").asText().equals("row");
            if (!row && panel.path("targets").findValues("expr").isEmpty()) {
                withoutQuery.add(panel.path("title").asText());
            }
            assertEquals(!row, panel.has("datasource"), panel.path("title").asText());
        });
        assertEquals(List.of(), withoutQuery);
    }

    /** A phase that no run is in any more, a run that has ended, a pod that has gone: each was shown as the present for as long as the page's range. */
    @Test
    void whatShowsOneNumberAsksForThePresent() throws IOException {
        JsonNode dashboard =
                JSON.readTree(INFRA.resolve("grafana/dashboards/saddle.json").toFile());
        List<String> ofThePast = new ArrayList<>();
        dashboard.path("panels").forEach(panel -> {
            boolean oneNumber = Set.of("stat", "bargauge", "gauge")
                    .contains(panel.path("type").asText());
            panel.path("targets").forEach(target -> {
                if (oneNumber
                        && !(target.path("instant").asBoolean()
                                && !target.path("range").asBoolean(true))) {
                    ofThePast.add(panel.path("title").asText());
                }
            });
        });
        assertEquals(List.of(), ofThePast);
    }

    @Test
    void theDashboardAsksTheDataSourceThatIsProvisioned() throws IOException {
        JsonNode source =
                yaml("grafana/provisioning/datasources/prometheus.yml").at("/datasources/0");
        JsonNode dashboard =
                JSON.readTree(INFRA.resolve("grafana/dashboards/saddle.json").toFile());
        List<JsonNode> asked = dashboard.findValues("datasource");
        assertTrue(asked.size() > 10, "every panel and every query");
        for (JsonNode datasource : asked) {
            assertEquals(source.path("uid").asText(), datasource.path("uid").asText());
            assertEquals(source.path("type").asText(), datasource.path("type").asText());
        }
    }

    @Test
    void theContainersFindWhatIsProvisioned() throws IOException {
        JsonNode services = YAML.readTree(Distribution.locate()
                        .root()
                        .resolve("docker-compose.yml")
                        .toFile())
                .path("services");
        String folder = yaml("grafana/provisioning/dashboards/saddle.yml")
                .at("/providers/0/options/path")
                .asText();
        assertTrue(
                services.at("/grafana/volumes").toString().contains("\"./infra/grafana/dashboards:" + folder + ":ro\""),
                folder);
        assertEquals(
                folder + "/saddle.json",
                services.at("/grafana/environment/GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH")
                        .asText());
        String url = yaml("grafana/provisioning/datasources/prometheus.yml")
                .at("/datasources/0/url")
                .asText();
        assertEquals("http://prometheus:9090", url);
        assertTrue(services.has("prometheus"));
    }

    @Test
    void prometheusScrapesContainersAsItScrapesTheLocalStackButForAddressesAndTheLogin() throws Exception {
        ObjectNode container = (ObjectNode) yaml("prometheus/compose.yml");
        JsonNode login = ((ObjectNode) container.at("/scrape_configs/0")).remove("basic_auth");
        assertEquals("viewer", login.path("username").asText());
        String file = login.path("password_file").asText();
        String compose = Files.readString(Distribution.locate().root().resolve("docker-compose.yml"));
        assertTrue(compose.contains(">" + file + "\n"), "the container writes it there");
        ((ObjectNode) container.at("/scrape_configs/0/file_sd_configs/0"))
                .set("files", JSON.readTree("[\"targets.yml\"]"));
        assertEquals(yaml("prometheus/prometheus.yml"), container);

        List<String> scraped = new ArrayList<>();
        for (JsonNode target : yaml("prometheus/compose-targets.yml")) {
            String service = target.at("/labels/service").asText();
            assertEquals(service + ":8080", target.at("/targets/0").asText());
            scraped.add(service);
        }
        assertEquals(Set.copyOf(TestCluster.SERVICES), Set.copyOf(scraped));
    }

    @Test
    void theRulesRaiseWhatTheyAreForAndNothingElse(@TempDir Path folder) throws Exception {
        assumeTrue(Prometheus.missing().isEmpty(), () -> Prometheus.missing().orElseThrow());
        for (String name : List.of("alerts.yml", "alerts.test.yml")) {
            Files.copy(INFRA.resolve("prometheus").resolve(name), folder.resolve(name));
        }
        assertTrue(
                Prometheus.promtool(folder, "test", "rules", "alerts.test.yml").contains("SUCCESS"));
    }

    /** A test of its own, so that it is seen where it could not be tried. */
    @Test
    void promtoolFindsNothingWrongWithWhatTheContainersAreGiven(@TempDir Path folder) throws Exception {
        assumeTrue(Prometheus.missing().isEmpty(), () -> Prometheus.missing().orElseThrow());
        String passwordFile = yaml("prometheus/compose.yml")
                .at("/scrape_configs/0/basic_auth/password_file")
                .asText();
        for (String name : List.of("alerts.yml", "compose-targets.yml")) {
            Files.copy(INFRA.resolve("prometheus").resolve(name), folder.resolve(name));
        }
        Files.writeString(folder.resolve("password"), "viewer's password");
        Files.writeString(
                folder.resolve("compose.yml"),
                Files.readString(INFRA.resolve("prometheus/compose.yml")).replace(passwordFile, "password"));
        assertTrue(Prometheus.promtool(folder, "check", "config", "compose.yml").contains("SUCCESS"));
    }
}
