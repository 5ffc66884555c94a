package io.saddle.fidevaluator;

import io.saddle.kafka.Publisher;
import io.saddle.service.Build;
import io.saddle.service.EvaluatorAnnouncer;
import io.saddle.service.EvaluatorDeployment;
import io.saddle.service.MemoryLimit;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Says that this evaluator is there; it measures no constraint. */
@ApplicationScoped
public class Presence {

    @Produces
    @Singleton
    EvaluatorAnnouncer announcer(
            Publisher publisher,
            Clock clock,
            EvaluatorDeployment deployment,
            MemoryLimit memory,
            @ConfigProperty(name = "saddle.evaluator.workers") int workers,
            @ConfigProperty(name = "quarkus.application.name") String service,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        return new EvaluatorAnnouncer(
                publisher,
                clock,
                service,
                deployment.named(service),
                List.of(),
                new EvaluatorAnnouncer.Capacity(memory, workers),
                Build.of(version));
    }
}
