package io.saddle.dataimport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.dataimport.picture.Fit;
import io.saddle.dataimport.picture.Picture;
import io.saddle.dataimport.picture.PictureDecoder;
import io.saddle.dataimport.source.SourcePicture;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PictureMemoryTest {

    private static final int MEBIBYTE = 1 << 20;
    private static final Fit FIT = new Fit(1, 1, 1, null);

    private final PictureMemory memory = new PictureMemory(100L * MEBIBYTE);

    private CompletableFuture<Void> take(PictureMemory.Claim claim, long pixels) {
        return CompletableFuture.runAsync(() -> claim.take(pixels));
    }

    private static void awaited(CompletableFuture<Void> taken) throws Exception {
        taken.get(1, TimeUnit.MINUTES);
    }

    @Test
    void aPictureWaitsForMemoryThatAnotherHas() throws Exception {
        PictureMemory.Claim one = memory.claim();
        one.take(5 * MEBIBYTE);
        PictureMemory.Claim other = memory.claim();
        other.take(5 * MEBIBYTE);
        PictureMemory.Claim third = memory.claim();
        CompletableFuture<Void> waits = take(third, 1);
        assertThrows(java.util.concurrent.TimeoutException.class, () -> waits.get(200, TimeUnit.MILLISECONDS));
        one.close();
        awaited(waits);
    }

    /** As a JPEG of four channels, for which a second reader is tried. */
    @Test
    void whatIsToldOfTwiceIsTakenOnce() throws Exception {
        PictureMemory.Claim claim = memory.claim();
        claim.take(6 * MEBIBYTE);
        claim.take(6 * MEBIBYTE);
        PictureMemory.Claim other = memory.claim();
        awaited(take(other, 4 * MEBIBYTE));
        CompletableFuture<Void> larger = take(claim, 7 * MEBIBYTE);
        other.close();
        awaited(larger);
    }

    @Test
    void onePictureThatIsTooLargeForAllHasItAlone() throws Exception {
        PictureMemory.Claim large = memory.claim();
        large.take(PictureDecoder.MOST_PIXELS);
        CompletableFuture<Void> waits = take(memory.claim(), 1);
        assertFalse(waits.isDone());
        large.close();
        awaited(waits);
    }

    private static SourcePicture picture(int number, SourcePicture.Content content) {
        return new SourcePicture(number + ".png", content, Map.of());
    }

    private static final class Counting implements Decoding.Sink {
        private int good;

        @Override
        public void good(SourcePicture picture, Picture fitted) {
            good++;
        }

        @Override
        public void bad(SourcePicture picture, String reason) {
            throw new IllegalStateException(reason);
        }
    }

    /** Six of 292 kB each were too many for a heap of 1 GiB, on two threads. */
    @Test
    void picturesThatFillTheMemoryAreDecodedOneByOne() throws IOException {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Counting sink = new Counting();
        try (Decoding decoding = new Decoding(new PictureDecoder(255), FIT, false, 4, memory, sink)) {
            for (int i = 0; i < 40; i++) {
                decoding.take(picture(i, decoder -> {
                    decoder.announced().accept(PictureDecoder.MOST_PIXELS);
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    Thread.yield();
                    now.decrementAndGet();
                    return new Picture(new byte[1], 1, 1, 1);
                }));
            }
            decoding.finish();
        }
        assertEquals(1, most.get());
        assertEquals(40, sink.good);
    }

    /** It was "java.lang.OutOfMemoryError: Java heap space" and no more. */
    @Test
    void aPictureThatIsTooLargeForJavaIsNamedWithARemedy() throws IOException {
        try (Decoding decoding = new Decoding(new PictureDecoder(255), FIT, false, 1, memory, new Counting())) {
            decoding.take(picture(7, decoder -> {
                throw new OutOfMemoryError("Java heap space");
            }));
            String said =
                    assertThrows(IllegalStateException.class, decoding::finish).getMessage();
            assertTrue(said.startsWith("7.png is too large for the memory that there is"), said);
            assertTrue(said.contains("-Xmx"), said);
        }
    }
}
