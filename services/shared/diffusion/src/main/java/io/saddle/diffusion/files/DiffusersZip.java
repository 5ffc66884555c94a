package io.saddle.diffusion.files;

import io.saddle.diffusion.network.UNet2D;
import io.saddle.diffusion.network.UNet2DConfig;
import io.saddle.diffusion.network.UNet2DConfigJson;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * A {@link DiffusersPipelineFolder} as one ZIP, not compressed: its four files, the weights last, then those of its autoencoder if it
 * has one, and nothing else. Its files
 * are open from the beginning on, so that it is sent whole even if the folder is deleted meanwhile.
 */
public final class DiffusersZip implements Closeable {

    private static final String UNET_CONFIG = "unet/" + DiffusersFolder.CONFIG;
    /** In the order of the ZIP: how large the weights may be is known when they come. */
    private static final List<String> FILES =
            List.of(DiffusersFolder.INDEX, DiffusersFolder.SCHEDULER, UNET_CONFIG, DiffusersPipelineFolder.WEIGHTS);

    private static final long MOST_JSON_BYTES = 1 << 20;
    /** Names, shapes and offsets of the tensors: a hundred bytes or two each. */
    private static final long MOST_HEADER_BYTES = 64 << 20;

    private static final int CHUNK = 1 << 16;
    private static final String AUTOENCODER = DiffusersPipelineFolder.AUTOENCODER + "/";
    private static final String LEFT_OUT =
            "; with a copy of the autoencoder named (--autoencoder) a console leaves out its own";

    private static final int MOST_AUTOENCODER_FILES = 16;
    private static final long MOST_AUTOENCODER_BYTES = 4L << 30;

    private final Map<String, InputStream> files = new LinkedHashMap<>();

    private DiffusersZip() {}

    /**
     * Opens the files of a folder.
     *
     * @throws IOException if one is missing
     */
    public static DiffusersZip of(Path folder) throws IOException {
        return of(folder, List.of());
    }

    /**
     * Opens the files of a folder and of its autoencoder.
     *
     * @throws IOException if one is missing
     */
    public static DiffusersZip of(Path folder, List<Path> autoencoder) throws IOException {
        DiffusersZip zip = new DiffusersZip();
        try {
            for (String file : FILES) {
                zip.files.put(file, Files.newInputStream(folder.resolve(file)));
            }
            for (Path file : autoencoder) {
                zip.files.put(AUTOENCODER + file.getFileName(), Files.newInputStream(file));
            }
            return zip;
        } catch (IOException | RuntimeException e) {
            zip.close();
            throw e;
        }
    }

    /** Writes the ZIP in pieces; once. {@code out} is left open. */
    public void writeTo(OutputStream out) throws IOException {
        ZipOutputStream zip = new ZipOutputStream(out);
        // Weights look random: compressing them takes long and saves a tenth.
        zip.setLevel(Deflater.NO_COMPRESSION);
        for (Map.Entry<String, InputStream> file : files.entrySet()) {
            zip.putNextEntry(new ZipEntry(file.getKey()));
            file.getValue().transferTo(zip);
            zip.closeEntry();
        }
        zip.finish();
    }

    @Override
    public void close() throws IOException {
        for (InputStream file : files.values()) {
            file.close();
        }
    }

    /**
     * Unpacks a ZIP that came from elsewhere. Nothing is written but the four files, of each no more than a model of that
     * configuration has, and the files of an autoencoder.
     *
     * @param folder exists and is empty
     * @throws IOException naming the file, if the ZIP has another one, misses one, or one is too large
     */
    public static void unpack(InputStream in, Path folder) throws IOException {
        ZipInputStream zip = new ZipInputStream(in);
        for (String file : FILES) {
            ZipEntry entry = zip.getNextEntry();
            if (entry == null || !entry.getName().equals(file)) {
                throw new ZipException("no ZIP of a model: expected " + file + ", "
                        + (entry == null ? "it ends there" : "there is another file"));
            }
            Path target = folder.resolve(file);
            Files.createDirectories(target.getParent());
            copy(zip, target, most(file, folder));
        }
        int more = 0;
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
            if (++more > MOST_AUTOENCODER_FILES) {
                throw new ZipException("no ZIP of a model: it has more than " + FILES + " and the "
                        + MOST_AUTOENCODER_FILES + " files that an autoencoder may have");
            }
            Path target = autoencoderFile(entry.getName(), folder);
            Files.createDirectories(target.getParent());
            copy(zip, target, MOST_AUTOENCODER_BYTES);
        }
    }

    private static Path autoencoderFile(String entry, Path folder) throws ZipException {
        if (!entry.startsWith(AUTOENCODER) || !AutoencoderFileName.isOne(entry.substring(AUTOENCODER.length()))) {
            throw new ZipException("no ZIP of a model: it has more than " + FILES + " and an autoencoder: "
                    + AutoencoderFileName.shown(entry) + " is no file of one, " + AUTOENCODER + "NAME with "
                    + AutoencoderFileName.rule() + " as the name" + LEFT_OUT);
        }
        try {
            return folder.resolve(entry);
        } catch (InvalidPathException e) {
            throw new ZipException("the autoencoder's file " + AutoencoderFileName.shown(entry)
                    + " has a name that this process cannot write (set LANG=C.UTF-8): " + e.getReason() + LEFT_OUT);
        }
    }

    private static long most(String file, Path folder) throws IOException {
        if (!file.equals(DiffusersPipelineFolder.WEIGHTS)) {
            return MOST_JSON_BYTES;
        }
        UNet2DConfig network = JsonFile.read(folder.resolve(UNET_CONFIG), UNet2DConfigJson::read);
        try {
            return MOST_HEADER_BYTES
                    + (long) Float.BYTES * UNet2D.layout(network).size();
        } catch (ArithmeticException e) {
            throw new ZipException("no ZIP of a model: the network has more than 2^31 weights");
        }
    }

    private static void copy(InputStream in, Path target, long most) throws IOException {
        byte[] chunk = new byte[CHUNK];
        long written = 0;
        try (OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                written += read;
                if (written > most) {
                    throw new ZipException(
                            target.getFileName() + " has more than the " + most + " bytes that it may have");
                }
                out.write(chunk, 0, read);
            }
        }
    }
}
