package io.saddle.constraintevaluator;

import io.saddle.diffusion.torch.TorchRuntime;
import io.saddle.kafka.Publisher;
import io.saddle.service.AlertLog;
import io.saddle.service.Prerequisite;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The library that snapshots are evaluated with: without it none is taken up. */
@ApplicationScoped
public class TorchBeans {

    @Produces
    @Singleton
    Prerequisite libtorch(Publisher publisher, AlertLog alerts) {
        return new Prerequisite("libtorch", TorchRuntime::get, TorchRuntime.REMEDY, publisher, alerts);
    }
}
