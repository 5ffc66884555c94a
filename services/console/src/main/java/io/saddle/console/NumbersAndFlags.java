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

    /**
     * What a parameter of some type may be.
     *
     * @param wanted in words
     */
    private record Reading<T>(String wanted, Function<String, T> reader) {}

    private static final Reading<Integer> INT = new Reading<>("a whole number", Integer::valueOf);
    private static final Reading<Long> LONG = new Reading<>("a whole number", Long::valueOf);
    private static final Reading<Boolean> FLAG = new Reading<>("true or false", NumbersAndFlags::flag);
    private static final Map<Class<?>, Reading<?>> READINGS = Map.of(
            int.class,
            INT,
            Integer.class,
            INT,
            long.class,
            LONG,
            Long.class,
            LONG,
            boolean.class,
            FLAG,
            Boolean.class,
            FLAG);

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
        Reading<T> reading = (Reading<T>) READINGS.get(rawType);
        return reading == null ? null : new Converter<>(reading, annotations);
    }

    private record Converter<T>(Reading<T> reading, Annotation[] annotations) implements ParamConverter<T> {

        @Override
        public T fromString(String value) {
            if (value == null) {
                return null;
            }
            try {
                return reading.reader().apply(value);
            } catch (IllegalArgumentException e) {
                throw new WebApplicationException(e, refused(value));
            }
        }

        private Response refused(String value) {
            return ProblemDetail.response(
                    Response.Status.BAD_REQUEST,
                    "the address cannot be understood",
                    List.of(new Problem(name(), "must be " + reading.wanted() + ", was '" + value + "'")));
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
