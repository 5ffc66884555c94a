package io.saddle.console;

import io.saddle.run.spec.Problem;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Bodies that are read as text: UTF-8 and nothing else. The framework's own reader looks at no charset, and puts U+FFFD in the place
 * of what is none: it would stand in a specification for good.
 */
@Provider
@Consumes({"application/yaml", "text/yaml", "application/x-yaml", MediaType.APPLICATION_JSON, MediaType.TEXT_PLAIN})
public class Utf8TextReader implements MessageBodyReader<String> {

    /** Those whose every text is UTF-8. */
    private static final Set<String> CHARSETS = Set.of("utf-8", "utf8", "us-ascii");

    @Override
    public boolean isReadable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
        return type == String.class;
    }

    @Override
    public String readFrom(
            Class<String> type,
            Type genericType,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, String> headers,
            InputStream body)
            throws IOException {
        String charset = mediaType.getParameters().get(MediaType.CHARSET_PARAMETER);
        if (charset != null && !CHARSETS.contains(charset.toLowerCase(Locale.ROOT))) {
            throw refused(
                    Response.Status.UNSUPPORTED_MEDIA_TYPE,
                    "the body must be UTF-8, and says that it is " + charset,
                    null);
        }
        return text(body.readAllBytes());
    }

    private static String text(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        if (result.isError()) {
            long line =
                    out.flip().chars().filter(character -> character == '\n').count() + 1;
            throw refused(
                    Response.Status.BAD_REQUEST,
                    "the body is not UTF-8",
                    List.of(new Problem(
                            "line " + line,
                            "has a byte that is none, at " + in.position() + " of " + bytes.length
                                    + ": save it as UTF-8")));
        }
        return out.flip().toString();
    }

    private static WebApplicationException refused(Response.Status status, String detail, List<Problem> problems) {
        return new WebApplicationException(detail, ProblemDetail.response(status, detail, problems));
    }
}
