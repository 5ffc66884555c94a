package io.saddle.dataset;

/** The numbers that a data set's images are made of, little-endian. */
public enum Element {
    /** Levels 0 to 255 of pixels. */
    UINT8(1),
    /** IEEE 754 binary16, for latents. */
    FLOAT16(2),
    /** IEEE 754 binary32, for latents. */
    FLOAT32(4);

    private final int bytes;

    Element(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of one. */
    public int bytes() {
        return bytes;
    }
}
