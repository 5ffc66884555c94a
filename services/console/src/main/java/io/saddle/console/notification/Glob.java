package io.saddle.console.notification;

/** A pattern of names: '*' stands for any characters, '?' for one. */
final class Glob {

    private static final int NONE = -1;

    private final int[] pattern;

    Glob(String pattern) {
        this.pattern = pattern.codePoints().toArray();
    }

    /**
     * True if it stands for the whole name. Only the last star is ever tried again, as what the ones before took is the least that they
     * can: the steps are at most the product of both lengths, whatever somebody wrote.
     */
    boolean matches(String name) {
        int[] text = name.codePoints().toArray();
        int at = 0;
        int star = NONE;
        int taken = 0;
        for (int i = 0; i < text.length; ) {
            if (at < pattern.length && pattern[at] == '*') {
                star = at++;
                taken = i;
            } else if (at < pattern.length && (pattern[at] == '?' || pattern[at] == text[i])) {
                at++;
                i++;
            } else if (star == NONE) {
                return false;
            } else {
                at = star + 1;
                i = ++taken;
            }
        }
        while (at < pattern.length && pattern[at] == '*') {
            at++;
        }
        return at == pattern.length;
    }
}
