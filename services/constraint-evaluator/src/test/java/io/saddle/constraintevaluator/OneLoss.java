package io.saddle.constraintevaluator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.inject.Instance;
import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.util.List;

/** The plug-ins of a service that has one. */
final class OneLoss {

    private OneLoss() {}

    @SuppressWarnings("unchecked")
    static Instance<ConstraintLoss> named(String name, ConstraintLoss loss) {
        return (Instance<ConstraintLoss>) Proxy.newProxyInstance(
                Instance.class.getClassLoader(),
                new Class<?>[] {Instance.class},
                (instance, method, arguments) -> switch (method.getName()) {
                    case "select" -> {
                        assertEquals(List.of(Identifier.Literal.of(name)), List.of((Annotation[])
                                arguments[arguments.length - 1]));
                        yield instance;
                    }
                    case "isResolvable" -> true;
                    default -> loss;
                });
    }
}
