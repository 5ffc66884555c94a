package io.saddle.console;

import io.saddle.run.spec.Problem;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ParamConverter;
import jakarta.ws.rs.ext.ParamConverterProvider;
import jakarta.ws.rs.ext.Provider;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * Numbers and flags of an address. By the letter of JAX-RS (3.2) one that cannot be read is an empty 404, as if there were no such
 * resource, and every flag that is not {@code true} is taken for false; here the answer names the parameter and what is wrong with it.
 */
@Provider
public class NumbersAndFlags implements ParamConverterProvider {

    private static final Map<Class<?>, Function<String, ?>> READERS = Map.of(
            Integer.class, NumbersAndFlags::whole,
            int.class, NumbersAndFlags::whole,
            Long.class, Long::valueOf,
            long.class, Long::valueOf,
            Boolean.class, NumbersAndFlags::flag,
            boolean.class, NumbersAndFlags::flag);

    private static Integer whole(String value) {
        return Integer.valueOf(value);
    }

    private static Boolean flag(String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(value);
        };
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> ParamConverter<T> getConverter(Class<T> rawType, Type genericType, Annotation[] annotations) {
        Function<String, ?> reader = READERS.get(rawType);
        return reader == null ? null : new Converter<>((Function<String, T>) reader, rawType, annotations);
    }

    private record Converter<T>(Function<String, T> reader, Class<T> type, Annotation[] annotations)
            implements ParamConverter<T> {

        @Override
        public T fromString(String value) {
            if (value == null) {
                return null;
            }
            try {
                return reader.apply(value);
            } catch (IllegalArgumentException e) {
                throw new WebApplicationException(e, refused(value));
            }
        }

        private Response refused(String value) {
            String wanted =
                    Boolean.class.equals(type) || boolean.class.equals(type) ? "true or false" : "a whole number";
            return ProblemDetail.response(
                    Response.Status.BAD_REQUEST,
                    "the address cannot be understood",
                    List.of(new Problem(name(), "must be " + wanted + ", was '" + value + "'")));
        }

        private String name() {
            return Arrays.stream(annotations)
                    .map(annotation -> annotation instanceof QueryParam query
                            ? query.value()
                            : annotation instanceof PathParam path ? path.value() : null)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse("");
        }

        @Override
        public String toString(T value) {
            return value.toString();
        }
    }
}
