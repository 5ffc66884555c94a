package io.saddle.service;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/**
 * Started once the cluster was reached and every component began. Whether the process lives depends on nothing but itself: a
 * broker that is away is waited for, and an orchestrator that ended services for it would make a short outage a long one.
 */
@Startup
@ApplicationScoped
public class ServiceStarted implements HealthCheck {

    private final ServiceLifecycle lifecycle;

    public ServiceStarted(ServiceLifecycle lifecycle) {
        this.lifecycle = lifecycle;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("components")
                .status(lifecycle.hasStarted())
                .build();
    }
}
