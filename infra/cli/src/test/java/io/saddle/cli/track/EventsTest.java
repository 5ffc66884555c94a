package io.saddle.cli.track;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventsTest {

    /** The first record of a file that TensorFlow 2 began at this time. */
    private static final long BEGUN = 1_599_759_586_000L;

    private static final byte[] BY_TENSORFLOW =
            hex("1800000000000000 a37f4b22 09000080389 9d6d741 1a0d 627261696e2e4576656e743a32 124b36ab");

    /** The next one there: {@code tf.summary.scalar("accuracy", 0.99, step=77)}. */
    private static final byte[] SCALAR_BY_TENSORFLOW = hex("3200000000000000 241956ec 09c405b73d99d6d741 104d 2a25"
            + "0a230a08 6163637572616379 420a080112002204a4707d3f 4a0b0a090a07 7363616c617273 a55b6433");

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    private static List<byte[]> records(byte[]... frames) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        for (byte[] frame : frames) {
            file.writeBytes(frame);
        }
        List<byte[]> records = new ArrayList<>();
        TfRecords.read(new ByteArrayInputStream(file.toByteArray()), records::add);
        return records;
    }

    private static List<String> points(byte[] event) throws IOException {
        List<String> points = new ArrayList<>();
        Events.read(event, (tag, at) -> points.add(tag + " " + at.step() + "@" + at.millis()));
        return points;
    }

    @Test
    void aFileBeginsAsTensorFlowsDo() {
        assertArrayEquals(BY_TENSORFLOW, TfRecords.frame(Events.fileVersion(BEGUN)));
    }

    @Test
    void whatTensorFlowWroteCanBeRead() throws IOException {
        List<byte[]> records = records(BY_TENSORFLOW, SCALAR_BY_TENSORFLOW);
        assertEquals(2, records.size());
        assertEquals(List.of(), points(records.get(0)));
        assertEquals(List.of("accuracy 77@1599759606860"), points(records.get(1)));
    }

    @Test
    void aTornRecordEndsTheFile() throws IOException {
        byte[] whole = TfRecords.frame("whole".getBytes(UTF_8));
        byte[] torn = TfRecords.frame("torn".getBytes(UTF_8));
        for (int length = 0; length < torn.length; length++) {
            assertEquals(1, records(whole, Arrays.copyOf(torn, length)).size(), length + " bytes of " + torn.length);
        }
        assertEquals(2, records(whole, torn).size());
    }

    @Test
    void aDamagedRecordEndsTheFile() throws IOException {
        byte[] whole = TfRecords.frame("whole".getBytes(UTF_8));
        for (int at = 0; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 1;
            assertEquals(1, records(whole, damaged, whole).size(), "byte " + at);
        }
    }

    @Test
    void pointsAreFoundAgain() throws IOException {
        ReadPosition at = new ReadPosition(7_000_000_000L, BEGUN + 1);
        byte[] event = Events.scalars(at, List.of(new Scalar("a/b", at, 0.5), new Scalar("c/d-4", at, Double.NaN)));
        assertEquals(List.of("a/b 7000000000@1599759586001", "c/d-4 7000000000@1599759586001"), points(event));
        assertEquals(
                List.of("spec 0@1599759586000"), points(Events.text(new ReadPosition(0, BEGUN), "spec", "# text")));
    }
}
