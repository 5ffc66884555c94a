package io.saddle.stack.testing;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests that leave the cluster as they found it one {@link TestCluster} for all of a JVM; it ends with that. (JUnit's own
 * store ends with a launch: where Surefire has several JVMs, each class is one.)
 */
public final class ClusterExtension implements ParameterResolver {

    private static final class Holder {
        static final TestCluster CLUSTER = TestCluster.start();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestCluster.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return Holder.CLUSTER;
    }
}
