package io.saddle.cli.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class ScoreLineTest {

    private static String line(String more) throws JsonProcessingException {
        String score = """
                {"fid": 12.5, "step": 10, "featureExtractor": "mobilenet (768 features, sha256 aa...)"%s}""";
        return ScoreLine.of(new ObjectMapper().readTree(score.formatted(more)));
    }

    @Test
    void shouldSayEveryNumberByItsNameAndTheFloorBesideIt() throws JsonProcessingException {
        assertEquals(
                "Frechet distance, mobilenet 12.500 at step 10 (real images among themselves, N = 250: 3.250), KID 0.01234 ±"
                        + " 0.00200, precision 0.800, recall 0.250, at infinite N 11.000",
                line("""
                , "measures": [{"metric": "Frechet distance", "kid": 0.01234, "kidStandardError": 0.002, "precision": 0.8,
                  "recall": 0.25, "frechetAtInfinity": 11, "floor": {"images": 250, "frechet": 3.25}}]"""));
    }

    @Test
    void shouldLeaveOutWhatThereIsNot() throws JsonProcessingException {
        assertEquals("Frechet distance, mobilenet 12.500 at step 10", line(""));
        assertEquals(
                "FID 12.500 at step 10, KID 0.50000",
                line(", \"measures\": [{\"metric\": \"FID\", \"kid\": 0.5, \"floor\": null, \"precision\": null}]"));
    }
}
