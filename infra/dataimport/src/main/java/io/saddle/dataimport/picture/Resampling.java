package io.saddle.dataimport.picture;

/**
 * Filters that pictures are resized with, as PIL's {@code Image.resize}: widened by the scale when shrinking (antialiased), the
 * horizontal pass first, rounded to 8 bits after each pass (Pillow, src/libImaging/Resample.c; Java's own scaling is not
 * antialiased in this sense).
 */
public enum Resampling {
    BOX(0.5) {
        @Override
        double weight(double x) {
            return x > -0.5 && x <= 0.5 ? 1 : 0;
        }
    },
    BILINEAR(1) {
        @Override
        double weight(double x) {
            return Math.max(0, 1 - Math.abs(x));
        }
    },
    /** With a = -0.5. */
    BICUBIC(2) {
        @Override
        double weight(double x) {
            double d = Math.abs(x);
            if (d < 1) {
                return (1.5 * d - 2.5) * d * d + 1;
            }
            return d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0;
        }
    },
    /** With three lobes. */
    LANCZOS(3) {
        @Override
        double weight(double x) {
            return x > -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
        }
    };

    /** Bits behind the point of weights: eight of a level, two for sums beyond it. */
    private static final int PRECISION = 32 - 8 - 2;

    private final double support;

    Resampling(double support) {
        this.support = support;
    }

    abstract double weight(double x);

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    }

    /** The picture in another size; the same one if it has that size. */
    public Picture resize(Picture picture, int height, int width) {
        Picture wide = picture.width() == width ? picture : horizontally(picture, width);
        return wide.height() == height ? wide : vertically(wide, height);
    }

    /**
     * What each pixel of the result is made of.
     *
     * @param firsts the first source pixel of each
     * @param weights of the source pixels from there on, in units of 2^-{@link #PRECISION}
     */
    private record Kernel(int[] firsts, int[][] weights) {}

    private Kernel kernel(int from, int to) {
        double scale = (double) from / to;
        double widening = Math.max(scale, 1);
        double reach = support * widening;
        int[] firsts = new int[to];
        int[][] weights = new int[to][];
        for (int i = 0; i < to; i++) {
            double centre = (i + 0.5) * scale;
            int first = Math.max(0, (int) (centre - reach + 0.5));
            int end = Math.min(from, (int) (centre + reach + 0.5));
            double[] exact = new double[end - first];
            double sum = 0;
            for (int j = 0; j < exact.length; j++) {
                exact[j] = weight((j + first - centre + 0.5) / widening);
                sum += exact[j];
            }
            firsts[i] = first;
            weights[i] = new int[exact.length];
            for (int j = 0; j < exact.length; j++) {
                double share = exact[j] / sum * (1 << PRECISION);
                weights[i][j] = (int) (share < 0 ? share - 0.5 : share + 0.5);
            }
        }
        return new Kernel(firsts, weights);
    }

    private Picture horizontally(Picture picture, int width) {
        Kernel kernel = kernel(picture.width(), width);
        byte[] levels = picture.levels();
        int lines = picture.channels() * picture.height();
        byte[] result = new byte[Math.multiplyExact(lines, width)];
        for (int line = 0; line < lines; line++) {
            int offset = line * picture.width();
            for (int x = 0; x < width; x++) {
                int[] weights = kernel.weights()[x];
                int first = offset + kernel.firsts()[x];
                int sum = 1 << PRECISION - 1;
                for (int j = 0; j < weights.length; j++) {
                    sum += (levels[first + j] & 0xff) * weights[j];
                }
                result[line * width + x] = level(sum);
            }
        }
        return new Picture(result, picture.channels(), picture.height(), width);
    }

    private Picture vertically(Picture picture, int height) {
        Kernel kernel = kernel(picture.height(), height);
        byte[] levels = picture.levels();
        int width = picture.width();
        byte[] result = new byte[Math.multiplyExact(picture.channels() * height, width)];
        for (int c = 0; c < picture.channels(); c++) {
            for (int y = 0; y < height; y++) {
                int[] weights = kernel.weights()[y];
                int first = (c * picture.height() + kernel.firsts()[y]) * width;
                for (int x = 0; x < width; x++) {
                    int sum = 1 << PRECISION - 1;
                    for (int j = 0; j < weights.length; j++) {
                        sum += (levels[first + j * width + x] & 0xff) * weights[j];
                    }
                    result[(c * height + y) * width + x] = level(sum);
                }
            }
        }
        return new Picture(result, picture.channels(), height, width);
    }

    private static byte level(int sum) {
        return (byte) Math.max(0, Math.min(255, sum >> PRECISION));
    }
}
