package io.saddle.cli.track;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * TensorFlow's {@code Event} message, as far as curves and texts need it; field numbers from event.proto, summary.proto,
 * tensor.proto and tensor_shape.proto. Of TensorFlow's generated classes, thousands that come with its runtime, four would be used.
 */
final class Events {

    private static final String VERSION = "brain.Event:2";

    private static final int EVENT_WALL_TIME = 1;
    private static final int EVENT_STEP = 2;
    private static final int EVENT_FILE_VERSION = 3;
    private static final int EVENT_SUMMARY = 5;
    private static final int SUMMARY_VALUE = 1;
    private static final int VALUE_TAG = 1;
    private static final int VALUE_SIMPLE_VALUE = 2;
    private static final int VALUE_TENSOR = 8;
    private static final int VALUE_METADATA = 9;
    private static final int TENSOR_DTYPE = 1;
    private static final int TENSOR_SHAPE = 2;
    private static final int TENSOR_STRING_VAL = 8;
    private static final int SHAPE_DIM = 2;
    private static final int DIM_SIZE = 1;
    private static final int METADATA_PLUGIN_DATA = 1;
    private static final int METADATA_DATA_CLASS = 4;
    private static final int PLUGIN_NAME = 1;
    private static final int DT_STRING = 7;
    private static final int DATA_CLASS_TENSOR = 2;

    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    private Events() {}

    /** The event that every file begins with. */
    static byte[] fileVersion(long millis) {
        return message(event -> {
            event.writeDouble(EVENT_WALL_TIME, millis / 1000.0);
            event.writeString(EVENT_FILE_VERSION, VERSION);
        });
    }

    /** Points of several curves, all at the same position; a value is rounded to a float. */
    static byte[] scalars(ReadPosition at, List<Scalar> scalars) {
        return summary(at, summary -> {
            for (Scalar scalar : scalars) {
                summary.writeByteArray(SUMMARY_VALUE, message(value -> {
                    value.writeString(VALUE_TAG, scalar.tag());
                    value.writeFloat(VALUE_SIMPLE_VALUE, (float) scalar.value());
                }));
            }
        });
    }

    /** @param markdown shown as TensorBoard's text dashboard renders it */
    static byte[] text(ReadPosition at, String tag, String markdown) {
        byte[] shape = message(dims -> dims.writeByteArray(SHAPE_DIM, message(dim -> dim.writeInt64(DIM_SIZE, 1))));
        return summary(
                at,
                summary -> summary.writeByteArray(SUMMARY_VALUE, message(value -> {
                    value.writeString(VALUE_TAG, tag);
                    value.writeByteArray(VALUE_TENSOR, message(tensor -> {
                        tensor.writeEnum(TENSOR_DTYPE, DT_STRING);
                        tensor.writeByteArray(TENSOR_SHAPE, shape);
                        tensor.writeBytes(TENSOR_STRING_VAL, ByteString.copyFromUtf8(markdown));
                    }));
                    value.writeByteArray(VALUE_METADATA, message(metadata -> {
                        metadata.writeByteArray(
                                METADATA_PLUGIN_DATA, message(plugin -> plugin.writeString(PLUGIN_NAME, "text")));
                        metadata.writeEnum(METADATA_DATA_CLASS, DATA_CLASS_TENSOR);
                    }));
                })));
    }

    private static byte[] summary(ReadPosition at, Fields values) {
        return message(event -> {
            event.writeDouble(EVENT_WALL_TIME, at.millis() / 1000.0);
            event.writeInt64(EVENT_STEP, at.step());
            event.writeByteArray(EVENT_SUMMARY, message(values));
        });
    }

    private static byte[] message(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            fields.write(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("not possible in memory", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Tells what an event holds points of.
     *
     * @param take given tag and position of each
     * @throws IOException if it is no event
     */
    static void read(byte[] event, BiConsumer<String, ReadPosition> take) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(event);
        double seconds = 0;
        long step = 0;
        byte[] summary = {};
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case EVENT_WALL_TIME -> seconds = in.readDouble();
                case EVENT_STEP -> step = in.readInt64();
                case EVENT_SUMMARY -> summary = in.readByteArray();
                default -> in.skipField(tag);
            }
        }
        ReadPosition at = new ReadPosition(step, Math.round(seconds * 1000));
        CodedInputStream values = CodedInputStream.newInstance(summary);
        for (int tag = values.readTag(); tag != 0; tag = values.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == SUMMARY_VALUE) {
                take.accept(tagOf(values.readByteArray()), at);
            } else {
                values.skipField(tag);
            }
        }
    }

    private static String tagOf(byte[] value) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(value);
        String name = "";
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == VALUE_TAG) {
                name = in.readStringRequireUtf8();
            } else {
                in.skipField(tag);
            }
        }
        return name;
    }
}
