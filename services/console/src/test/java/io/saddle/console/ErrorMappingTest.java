package io.saddle.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactException.Reason;
import io.saddle.artifact.StoreUnavailableException;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import org.junit.jupiter.api.Test;
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

    /** It was a 400: the specification had a mistake. */
    @Test
    void aStoreThatIsAwayWhileASpecificationIsCheckedIsNoMistakeOfIt() {
        StoreUnavailableException away = assertThrows(
                StoreUnavailableException.class,
                () -> StoreUnavailableException.letThrough(
                        new IOException("no model", new ArtifactException(Reason.UNAVAILABLE, "away"))));
        assertEquals(503, new ErrorMapping().away(away).getStatus());
    }
}
