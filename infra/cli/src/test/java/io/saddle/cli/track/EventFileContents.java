package io.saddle.cli.track;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TextFormat;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A folder's event files as protobuf reads them by TensorFlow's definitions, of which this is the part that matters here. */
public final class EventFileContents {

    private static final int DT_STRING = 7;

    private final List<DynamicMessage> events;

    private EventFileContents(List<DynamicMessage> events) {
        this.events = events;
    }

    /** The folder's event files, in the order of their names. */
    public static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().contains("tfevents"))
                    .sorted()
                    .toList();
        }
    }

    /** All that is whole in the folder's event files. */
    public static EventFileContents of(Path folder) throws IOException {
        List<DynamicMessage> events = new ArrayList<>();
        Descriptor event = event();
        for (Path file : files(folder)) {
            try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
                TfRecords.read(in, data -> events.add(DynamicMessage.parseFrom(event, data)));
            }
        }
        return new EventFileContents(events);
    }

    private static Descriptor event() {
        try (Reader definitions = new InputStreamReader(
                EventFileContents.class.getResourceAsStream("event.textproto"), StandardCharsets.UTF_8)) {
            FileDescriptorProto.Builder file = FileDescriptorProto.newBuilder();
            TextFormat.merge(definitions, file);
            return FileDescriptor.buildFrom(file.build(), new FileDescriptor[0]).findMessageTypeByName("Event");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static Object get(DynamicMessage message, String field) {
        return message.getField(message.getDescriptorForType().findFieldByName(field));
    }

    private static Stream<DynamicMessage> values(DynamicMessage event) {
        return ((List<?>) get((DynamicMessage) get(event, "summary"), "value"))
                .stream().map(DynamicMessage.class::cast);
    }

    /** How many events there are. */
    public int events() {
        return events.size();
    }

    /** The versions that files begin with. */
    public List<String> versions() {
        return events.stream()
                .map(event -> (String) get(event, "file_version"))
                .filter(version -> !version.isEmpty())
                .toList();
    }

    /** Every curve's name, sorted. */
    public List<String> tags() {
        return events.stream()
                .flatMap(EventFileContents::values)
                .filter(value -> value.hasField(value.getDescriptorForType().findFieldByName("simple_value")))
                .map(value -> (String) get(value, "tag"))
                .distinct()
                .sorted()
                .toList();
    }

    /** A curve's points as they come, {@code step@seconds=value}. */
    public List<String> points(String tag) {
        return events.stream()
                .flatMap(event -> values(event)
                        .filter(value -> get(value, "tag").equals(tag))
                        .map(value ->
                                get(event, "step") + "@" + get(event, "wall_time") + "=" + get(value, "simple_value")))
                .toList();
    }

    /** A text's versions as they come. */
    public List<String> texts(String tag) {
        return events.stream()
                .flatMap(EventFileContents::values)
                .filter(value -> get(value, "tag").equals(tag))
                .map(EventFileContents::text)
                .toList();
    }

    private static String text(DynamicMessage value) {
        DynamicMessage plugin = (DynamicMessage) get((DynamicMessage) get(value, "metadata"), "plugin_data");
        DynamicMessage tensor = (DynamicMessage) get(value, "tensor");
        if (!"text".equals(get(plugin, "plugin_name"))
                || !Integer.valueOf(DT_STRING).equals(get(tensor, "dtype"))) {
            throw new AssertionError("no text: " + value);
        }
        return ((ByteString) ((List<?>) get(tensor, "string_val")).get(0)).toStringUtf8();
    }
}
