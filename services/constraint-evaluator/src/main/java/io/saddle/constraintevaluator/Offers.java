package io.saddle.constraintevaluator;

import io.quarkus.arc.All;
import io.quarkus.arc.InstanceHandle;
import io.saddle.kafka.Publisher;
import io.saddle.schema.OfferedEvaluator;
import io.saddle.service.Build;
import io.saddle.service.EvaluatorAnnouncer;
import io.saddle.service.EvaluatorDeployment;
import io.saddle.service.MemoryLimit;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Announces every plug-in of this deployment under its name. */
@ApplicationScoped
public class Offers {

    @Produces
    @Singleton
    EvaluatorAnnouncer announcer(
            Publisher publisher,
            Clock clock,
            @All List<InstanceHandle<ConstraintLoss>> losses,
            EvaluatorDeployment deployment,
            MemoryLimit memory,
            @ConfigProperty(name = "saddle.evaluator.workers") int workers,
            @ConfigProperty(name = "quarkus.application.name") String service,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        List<OfferedEvaluator> offers = losses.stream()
                .map(loss -> {
                    String name = name(loss);
                    return new OfferedEvaluator(
                            deployment.named(name),
                            kinds(name, loss.get()),
                            loss.get().description());
                })
                .toList();
        return new EvaluatorAnnouncer(
                publisher,
                clock,
                service,
                deployment.named(service),
                offers,
                new EvaluatorAnnouncer.Capacity(memory, workers),
                Build.of(version));
    }

    /** The kinds that an evaluator of this plain name measures. */
    static List<String> kinds(String name, ConstraintLoss loss) {
        return loss.kinds().isEmpty() ? List.of(name) : loss.kinds();
    }

    private static String name(InstanceHandle<ConstraintLoss> loss) {
        return loss.getBean().getQualifiers().stream()
                .filter(Identifier.class::isInstance)
                .map(qualifier -> ((Identifier) qualifier).value())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        loss.getBean().getBeanClass() + " is a ConstraintLoss without @Identifier(\"name\")"));
    }
}
