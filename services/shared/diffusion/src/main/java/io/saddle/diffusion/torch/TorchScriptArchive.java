package io.saddle.diffusion.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Builds the TorchScript archive of a module without parameters from the source text of its methods: a zip of the code, the
 * pickled module object, an empty tuple of constants and the format's version. No Python is involved.
 */
final class TorchScriptArchive {
    static final String SELF = "__torch__.Program";

    private static final String CLASS = "Program";
    private static final long FIXED_TIME = 315_532_800_000L;

    private TorchScriptArchive() {}

    /**
     * @param methods TorchScript in the serialized dialect, each method indented by two spaces with a first argument
     *     {@code self: __torch__.Program}
     */
    static byte[] build(String methods) {
        String code = "class " + CLASS + "(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n"
                + methods;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            put(zip, "program/data.pkl", moduleObject());
            put(zip, "program/code/__torch__.py", code.getBytes(StandardCharsets.UTF_8));
            put(zip, "program/constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
            put(zip, "program/version", ascii("3\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Pickle, protocol 2: GLOBAL class, EMPTY_TUPLE, NEWOBJ, then BUILD with {'training': True}. */
    private static byte[] moduleObject() {
        ByteArrayOutputStream pickle = new ByteArrayOutputStream();
        pickle.writeBytes(new byte[] {(byte) 0x80, 2, 'c'});
        pickle.writeBytes(ascii("__torch__\n" + CLASS + "\n"));
        pickle.writeBytes(new byte[] {'q', 0, ')', (byte) 0x81, '}', '(', 'X', 8, 0, 0, 0});
        pickle.writeBytes(ascii("training"));
        pickle.writeBytes(new byte[] {'q', 1, (byte) 0x88, 'u', 'b', 'q', 2, '.'});
        return pickle.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 checksum = new CRC32();
        checksum.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCompressedSize(content.length);
        entry.setCrc(checksum.getValue());
        entry.setTime(FIXED_TIME);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
