package io.saddle.cli.track;

/** An MLflow server said no. */
final class MlflowException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    /**
     * @param status of HTTP
     * @param code MLflow's own, empty where the answer is not MLflow's
     */
    MlflowException(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    boolean is(String otherCode) {
        return code.equals(otherCode);
    }

    /** True if credentials are missing, wrong or not good for this. */
    boolean isRefusal() {
        return status == 401 || status == 403;
    }

    /** True if the server, or a proxy before it, may say otherwise later. */
    boolean mayPass() {
        return status == 408 || status == 429 || status >= 500;
    }
}
