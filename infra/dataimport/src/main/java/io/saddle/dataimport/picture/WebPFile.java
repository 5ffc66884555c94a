package io.saddle.dataimport.picture;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The container of a WebP picture: chunks of a name, a length and a content, in one that has the file's own (RIFF; "WebP Container
 * Specification"). The reader of pictures looks at neither of what is asked here: of a file that is cut off it leaves the rest
 * black, and transparency that lies uncompressed in one it passes over.
 *
 * @param whole whether each chunk is there to its end
 * @param hasRawAlpha whether the first picture has such transparency
 */
record WebPFile(boolean whole, boolean hasRawAlpha) {

    private static final int RIFF = fourCc("RIFF");
    private static final int WEBP = fourCc("WEBP");
    private static final int FRAME = fourCc("ANMF");
    private static final int ALPHA = fourCc("ALPH");

    private static final int FILE_HEADER = 12;
    private static final int CHUNK_HEADER = 8;
    /** What a frame of an animation has before its own chunks. */
    private static final int FRAME_HEADER = 16;
    /** Bits of an alpha chunk's first byte. */
    private static final int COMPRESSION = 3;

    private static int fourCc(String name) {
        return name.charAt(0) | name.charAt(1) << 8 | name.charAt(2) << 16 | name.charAt(3) << 24;
    }

    static boolean is(byte[] encoded) {
        ByteBuffer file = ByteBuffer.wrap(encoded).order(ByteOrder.LITTLE_ENDIAN);
        return encoded.length >= FILE_HEADER && file.getInt(0) == RIFF && file.getInt(8) == WEBP;
    }

    /** @param encoded one that {@link #is} */
    static WebPFile of(byte[] encoded) {
        ByteBuffer file = ByteBuffer.wrap(encoded).order(ByteOrder.LITTLE_ENDIAN);
        boolean whole = length(file, 4) + CHUNK_HEADER <= encoded.length;
        boolean rawAlpha = false;
        int frames = 0;
        long at = FILE_HEADER;
        while (at + CHUNK_HEADER <= encoded.length && frames < 2) {
            int name = file.getInt((int) at);
            long content = at + CHUNK_HEADER;
            long end = content + length(file, (int) at + 4);
            whole &= end <= encoded.length;
            rawAlpha |= name == ALPHA && content < encoded.length && (file.get((int) content) & COMPRESSION) == 0;
            if (name == FRAME) {
                frames++;
                at = content + FRAME_HEADER;
            } else {
                // Chunks begin at even bytes.
                at = end + (end & 1);
            }
        }
        return new WebPFile(whole, rawAlpha);
    }

    private static long length(ByteBuffer file, int at) {
        return file.getInt(at) & 0xffffffffL;
    }
}
