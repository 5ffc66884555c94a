package io.saddle.diffusion.evaluation;

import io.saddle.diffusion.data.ImageDataSet;
import io.saddle.diffusion.sampling.ImageBatch;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A classifier that somebody brought, in the classes of a data set. A class of the data is the classifier's class of the same name
 * (ignoring case, and what a classifier says in brackets behind); where either side has no names, the class of the same number,
 * counted from 0. Images in a class that the data does not have are given {@link ImageDataSet#NO_CLASS}.
 */
public final class ClassMatch implements ImageClassifier {
    /** What {@link ImageDataSet#NO_CLASS} is called. */
    public static final String ANOTHER = "another class";

    private final ImageClassifier classifier;
    /** By the classifier's class the label. */
    private final int[] labels;

    private final SortedMap<Integer, String> names;

    private ClassMatch(ImageClassifier classifier, List<String> classes, int[] labels) {
        this.classifier = classifier;
        this.labels = labels;
        names = new TreeMap<>();
        for (int i = 0; i < labels.length; i++) {
            names.put(labels[i], labels[i] == ImageDataSet.NO_CLASS ? ANOTHER : classes.get(i));
        }
    }

    /**
     * @param classifier whose labels are its classes in order, from 0 on
     * @param data names of the data's classes by label; empty: the classes are the classifier's own
     * @throws IllegalArgumentException as {@link #labels}
     */
    public static ClassMatch of(ImageClassifier classifier, SortedMap<Integer, String> data) {
        List<String> classes =
                classifier.labels().stream().map(classifier::className).toList();
        return new ClassMatch(classifier, classes, labels(classifier.name(), classes, data));
    }

    /**
     * The label of the data that each class of a classifier stands for.
     *
     * @param name of the classifier
     * @param classes what it calls its classes, in order
     * @throws IllegalArgumentException naming the classes of both, if one of the data is not the classifier's
     */
    public static int[] labels(String name, List<String> classes, SortedMap<Integer, String> data) {
        int[] labels = new int[classes.size()];
        if (data.isEmpty()) {
            Arrays.setAll(labels, i -> i);
            return labels;
        }
        Arrays.fill(labels, ImageDataSet.NO_CLASS);
        boolean byNumber = hasNoNames(numbered(classes)) || hasNoNames(data);
        for (Map.Entry<Integer, String> wanted : data.entrySet()) {
            int found = place(classes, wanted.getValue());
            int place = found < 0 && byNumber ? wanted.getKey() : found;
            if (place < 0 || place >= labels.length || labels[place] != ImageDataSet.NO_CLASS) {
                throw new IllegalArgumentException("the classifier " + name + " tells apart " + classes
                        + ", the data's classes are " + data
                        + ": they must have the same names, or be numbers from 0 on; name each class of the data in"
                        + " 'classes' of the classifier's description");
            }
            labels[place] = wanted.getKey();
        }
        return labels;
    }

    private static SortedMap<Integer, String> numbered(List<String> classes) {
        SortedMap<Integer, String> numbered = new TreeMap<>();
        classes.forEach(name -> numbered.put(numbered.size(), name));
        return numbered;
    }

    /** Names of the classes of a data set by label, as {@link #of} takes them; empty where there are no two to tell apart. */
    public static SortedMap<Integer, String> names(ImageDataSet data) {
        SortedMap<Integer, String> names = new TreeMap<>();
        data.classCounts().keySet().forEach(label -> names.put(label, data.className(label)));
        return names.size() < 2 ? Collections.emptySortedMap() : names;
    }

    /** Called by their numbers, or as a column that is so or not: {@code Male=1}. */
    private static boolean hasNoNames(Map<Integer, String> data) {
        return data.entrySet().stream().allMatch(one -> {
            String number = Integer.toString(one.getKey());
            return one.getValue().equals(number) || one.getValue().endsWith("=" + number);
        });
    }

    private static int place(List<String> classes, String name) {
        String wanted = plain(name);
        List<String> plain = classes.stream().map(ClassMatch::plain).toList();
        return Stream.of(classes.indexOf(name), plain.indexOf(wanted))
                .filter(place -> place >= 0)
                .findFirst()
                .orElse(-1);
    }

    private static String plain(String name) {
        return name.replaceFirst("\\s*\\(.*\\)\\s*$", "").strip().toLowerCase(Locale.ROOT);
    }

    @Override
    public String name() {
        return classifier.name();
    }

    @Override
    public List<Integer> labels() {
        return List.copyOf(names.keySet());
    }

    @Override
    public String className(int label) {
        return names.get(label);
    }

    @Override
    public int[] classify(ImageBatch images) {
        return Arrays.stream(classifier.classify(images))
                .map(seen -> labels[seen])
                .toArray();
    }
}
