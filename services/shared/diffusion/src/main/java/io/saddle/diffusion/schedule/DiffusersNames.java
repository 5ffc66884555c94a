package io.saddle.diffusion.schedule;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Names of constants as diffusers writes them: in lower case. */
final class DiffusersNames {
    private DiffusersNames() {}

    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /**
     * @throws IllegalArgumentException naming the setting and the values that exist
     */
    static <E extends Enum<E>> E parse(String setting, String name, E[] constants) {
        List<String> names = Arrays.stream(constants).map(DiffusersNames::of).toList();
        if (!names.contains(name)) {
            throw new IllegalArgumentException(
                    setting + " " + name + " is not supported; use one of " + String.join(", ", names));
        }
        return constants[names.indexOf(name)];
    }
}
