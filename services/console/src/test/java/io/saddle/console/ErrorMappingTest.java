package io.saddle.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactException.Reason;
import jakarta.ws.rs.core.Response;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorMappingTest {

    @ParameterizedTest
    @CsvSource({"MISSING, 404", "UNAVAILABLE, 503", "DAMAGED, 500", "REFUSED, 500"})
    void anArtifactThatCannotBeReadIsAProblemThatTellsNothingOfTheStore(Reason reason, int status) {
        Response response =
                new ErrorMapping().unreadable(new ArtifactException(reason, "s3://bucket/run/grid: secret"));

        assertEquals(status, response.getStatus());
        assertEquals(ProblemDetail.MEDIA_TYPE, response.getMediaType().toString());
        assertEquals(-1, response.getEntity().toString().indexOf("bucket"));
    }
}
