package io.saddle.dataimport.picture;

import com.drew.imaging.FileTypeDetector;
import com.drew.imaging.ImageProcessingException;
import com.drew.imaging.jpeg.JpegMetadataReader;
import com.drew.imaging.png.PngChunk;
import com.drew.imaging.png.PngChunkReader;
import com.drew.imaging.png.PngChunkType;
import com.drew.imaging.riff.RiffReader;
import com.drew.lang.ByteArrayReader;
import com.drew.lang.StreamReader;
import com.drew.metadata.Metadata;
import com.drew.metadata.exif.ExifDirectoryBase;
import com.drew.metadata.exif.ExifIFD0Directory;
import com.drew.metadata.exif.ExifReader;
import com.drew.metadata.webp.WebpRiffHandler;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * The orientation that a JPEG's, PNG's or WebP's EXIF says. Nothing but EXIF is read: other metadata may be packed, and unpack to more
 * than any memory.
 */
final class ExifOrientation {

    private static final int UPRIGHT = 1;

    private ExifOrientation() {}

    /** WebP's EXIF, and nothing else. */
    private static final class ExifAlone extends WebpRiffHandler {

        ExifAlone(Metadata metadata) {
            super(metadata);
        }

        @Override
        public boolean shouldAcceptChunk(String fourCc) {
            return fourCc.equals("EXIF");
        }
    }

    /** 1 to 8; 1 where nothing is said that can be read. */
    static int of(byte[] encoded) {
        try {
            for (ExifIFD0Directory directory : exif(encoded).getDirectoriesOfType(ExifIFD0Directory.class)) {
                Integer orientation = directory.getInteger(ExifDirectoryBase.TAG_ORIENTATION);
                if (orientation != null) {
                    return orientation;
                }
            }
        } catch (ImageProcessingException | IOException | RuntimeException damagedMetadata) {
            // The pixels are there all the same.
            return UPRIGHT;
        }
        return UPRIGHT;
    }

    private static Metadata exif(byte[] encoded) throws ImageProcessingException, IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(encoded);
        Metadata metadata = new Metadata();
        switch (FileTypeDetector.detectFileType(in)) {
            case Jpeg -> JpegMetadataReader.process(metadata, in, List.of(new ExifReader()));
            case Png -> {
                for (PngChunk chunk : new PngChunkReader().extract(new StreamReader(in), Set.of(PngChunkType.eXIf))) {
                    new ExifReader().extract(new ByteArrayReader(chunk.getBytes()), metadata);
                }
            }
            case WebP -> new RiffReader().processRiff(new StreamReader(in), new ExifAlone(metadata));
            default -> {
                // Other formats have none.
            }
        }
        return metadata;
    }
}
