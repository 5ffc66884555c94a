package io.saddle.dataimport;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/** The same pictures in the layouts that people have. */
final class MadeSources {

    static final int COUNT = 24;
    static final int SIDE = 12;

    private MadeSources() {}

    /** Whether picture i has the attribute. */
    static boolean smiles(int i) {
        return i % 3 == 0;
    }

    static int label(int i) {
        return i % 4;
    }

    static String name(int i) {
        return String.format("%06d", i);
    }

    /** Pixels of picture i, all different. */
    static BufferedImage image(int i) {
        SplittableRandom random = new SplittableRandom(i);
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                image.setRGB(x, y, random.nextInt(1 << 24));
            }
        }
        return image;
    }

    static byte[] png(int i) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ImageIO.write(image(i), "png", out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path write(Path file, byte[] content) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.write(file, content);
    }

    private static void text(Path file, String content) throws IOException {
        write(file, content.getBytes(StandardCharsets.UTF_8));
    }

    /** The files of class folders: train/c0/000000.png and so on, with a stray text beside. */
    static Map<String, byte[]> classFolders() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("classes.txt", "c0\nc1\n".getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < COUNT; i++) {
            files.put("train/c" + label(i) + "/" + name(i) + ".png", png(i));
        }
        return files;
    }

    static Path folder(Path folder, Map<String, byte[]> files) throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            write(folder.resolve(file.getKey()), file.getValue());
        }
        return folder;
    }

    static Path zip(Path file, Map<String, byte[]> files) throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, byte[]> entry : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
            }
        }
        return file;
    }

    /** A ZIP whose names may be there twice. */
    static Path zip(Path file, List<Map.Entry<String, byte[]>> files) throws IOException {
        return zip(file, files, StandardCharsets.UTF_8);
    }

    /** @param names what they are written in; only UTF-8 is marked as such */
    static Path zip(Path file, List<Map.Entry<String, byte[]>> files, Charset names) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                ZipArchiveOutputStream zip = new ZipArchiveOutputStream(out)) {
            zip.setEncoding(names.name());
            for (Map.Entry<String, byte[]> content : files) {
                zip.putArchiveEntry(new ZipArchiveEntry(content.getKey()));
                zip.write(content.getValue());
                zip.closeArchiveEntry();
            }
        }
        return file;
    }

    static Path tar(Path file, Map<String, byte[]> files) throws IOException {
        return tar(file, List.copyOf(files.entrySet()));
    }

    /** A TAR whose names may be there twice. */
    static Path tar(Path file, List<Map.Entry<String, byte[]>> files) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (Map.Entry<String, byte[]> content : files) {
                TarArchiveEntry entry = new TarArchiveEntry(content.getKey(), true);
                entry.setSize(content.getValue().length);
                tar.putArchiveEntry(entry);
                tar.write(content.getValue());
                tar.closeArchiveEntry();
            }
        }
        return file;
    }

    /** The same file packed by gzip, beside it. */
    static Path packed(Path file) throws IOException {
        Path packed = file.resolveSibling(file.getFileName() + ".gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            Files.copy(file, out);
        }
        return packed;
    }

    /** CelebA: img/000000.png and a table with +1 and -1. */
    static Path celebA(Path folder) throws IOException {
        StringBuilder table = new StringBuilder(COUNT + "\nSmiling Label\n");
        for (int i = 0; i < COUNT; i++) {
            write(folder.resolve("img/" + name(i) + ".png"), png(i));
            table.append(name(i))
                    .append(".png  ")
                    .append(smiles(i) ? "1" : "-1")
                    .append(' ')
                    .append(label(i))
                    .append('\n');
        }
        text(folder.resolve("list_attr.txt"), table.toString());
        return folder;
    }

    /** Hugging Face's ImageFolder. */
    static Path withCsv(Path folder) throws IOException {
        StringBuilder table = new StringBuilder("file_name,Smiling,Label,caption\n");
        for (int i = 0; i < COUNT; i++) {
            write(folder.resolve("img/" + name(i) + ".png"), png(i));
            table.append("img/" + name(i) + ".png," + smiles(i) + "," + label(i) + ",\"one, two\"\n");
        }
        text(folder.resolve("metadata.csv"), table.toString());
        return folder;
    }

    static Path withJsonLines(Path folder) throws IOException {
        StringBuilder table = new StringBuilder();
        for (int i = 0; i < COUNT; i++) {
            write(folder.resolve(name(i) + ".png"), png(i));
            table.append("{\"file_name\": \"" + name(i) + ".png\", \"Smiling\": " + smiles(i) + ", \"Label\": "
                    + label(i) + ", \"box\": [1, 2]}\n");
        }
        text(folder.resolve("metadata.jsonl"), table.toString());
        return folder;
    }

    /** WebDataset. */
    static Map<String, byte[]> samples() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int i = 0; i < COUNT; i++) {
            files.put(name(i) + ".png", png(i));
            files.put(
                    name(i) + ".json",
                    ("{\"Smiling\": " + (smiles(i) ? 1 : -1) + ", \"Label\": " + label(i) + "}")
                            .getBytes(StandardCharsets.UTF_8));
        }
        return files;
    }

    /** StyleGAN's. */
    static Map<String, byte[]> styleGan() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        StringBuilder labels = new StringBuilder("{\"labels\": [");
        for (int i = 0; i < COUNT; i++) {
            files.put("00000/img" + name(i) + ".png", png(i));
            labels.append(i == 0 ? "" : ", ").append("[\"00000/img" + name(i) + ".png\", " + label(i) + "]");
        }
        files.put("dataset.json", labels.append("]}").toString().getBytes(StandardCharsets.UTF_8));
        return files;
    }

    private static byte[] planes(int i) {
        BufferedImage image = image(i);
        byte[] planes = new byte[3 * SIDE * SIDE];
        for (int c = 0; c < 3; c++) {
            for (int p = 0; p < SIDE * SIDE; p++) {
                planes[c * SIDE * SIDE + p] = (byte) (image.getRGB(p % SIDE, p / SIDE) >> 8 * (2 - c));
            }
        }
        return planes;
    }

    /** IDX, images by gzip, labels not. */
    static Path idx(Path folder) throws IOException {
        Files.createDirectories(folder);
        try (DataOutputStream images = new DataOutputStream(
                        new GZIPOutputStream(Files.newOutputStream(folder.resolve("x-images-idx4-ubyte"))));
                DataOutputStream labels =
                        new DataOutputStream(Files.newOutputStream(folder.resolve("x-labels-idx4-ubyte")))) {
            for (int value : new int[] {0x804, COUNT, 3, SIDE, SIDE}) {
                images.writeInt(value);
            }
            labels.writeInt(0x801);
            labels.writeInt(COUNT);
            for (int i = 0; i < COUNT; i++) {
                images.write(planes(i));
                labels.write(label(i));
            }
        }
        return folder.resolve("x-images-idx4-ubyte");
    }
}
