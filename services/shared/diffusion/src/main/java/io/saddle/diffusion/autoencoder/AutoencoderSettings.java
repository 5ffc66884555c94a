package io.saddle.diffusion.autoencoder;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.diffusion.network.JsonSettings;
import java.util.function.Function;

/** Settings that diffusers' autoencoders have in common. What is wrong with one is added to the problems, by its name. */
final class AutoencoderSettings {
    private static final int MOST_LEVELS = 16;

    private AutoencoderSettings() {}

    /** Reads one class, and refuses what is left over. */
    static <C extends AutoencoderConfig> C read(JsonNode json, String className, Function<JsonSettings, C> reader) {
        JsonSettings settings = new JsonSettings(json);
        String found = json.path("_class_name").asText(className);
        if (!found.equals(className)) {
            settings.problem("_class_name: must be " + className + ", was " + found);
        }
        C config = null;
        try {
            config = reader.apply(settings);
        } catch (IllegalArgumentException e) {
            settings.problem(e.getMessage());
        }
        settings.refuseOthers();
        if (!settings.problems().isEmpty()) {
            throw new IllegalArgumentException(className + ": " + String.join("; ", settings.problems()));
        }
        return config;
    }

    static int imageChannels(JsonSettings settings) {
        int in = settings.integer("in_channels", 3);
        int out = settings.integer("out_channels", 3);
        requirePositive(settings, "in_channels", in);
        if (in != out) {
            settings.problem("out_channels: must be in_channels (" + in + "), was " + out);
        }
        return in;
    }

    static int latentChannels(JsonSettings settings) {
        int channels = settings.integer("latent_channels", 4);
        requirePositive(settings, "latent_channels", channels);
        return channels;
    }

    static LatentScaling scaling(JsonSettings settings, double missingFactor) {
        double factor = settings.decimal("scaling_factor", missingFactor);
        double shift = settings.decimalOrNull("shift_factor", 0);
        return new LatentScaling(factor, shift);
    }

    /** @param key of the list that has one entry for each level */
    static void requireLevels(JsonSettings settings, String key, int levels) {
        if (levels < 1 || levels > MOST_LEVELS) {
            settings.problem(key + ": must have 1 to " + MOST_LEVELS + " entries, has " + levels);
        }
    }

    static void requirePositive(JsonSettings settings, String key, int value) {
        if (value < 1) {
            settings.problem(key + ": must be >= 1, was " + value);
        }
    }
}
