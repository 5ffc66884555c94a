package io.saddle.artifact.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Stands before a server on this machine, counts what passes, and cuts connections in the middle. */
public final class CuttingProxy implements AutoCloseable {

    private static final int CHUNK = 4096;

    private final ServerSocket listening;
    private final int port;
    private final AtomicInteger turnedAway = new AtomicInteger();
    private final Direction up = new Direction();
    private final Direction down = new Direction();

    /** What goes one way. */
    public static final class Direction {
        private final AtomicLong passed = new AtomicLong();
        private long left;
        private long every;
        private int cuts;
        private Runnable whenCut = () -> {};
        private long damageEvery;
        private long untilDamage;
        private volatile boolean stands;

        /** Bytes of all connections until now. */
        public long passed() {
            return passed.get();
        }

        /**
         * The connection that brings so many more bytes is cut, and so on.
         *
         * @param times how often
         */
        public synchronized void cutEvery(long bytes, int times) {
            left = bytes;
            every = bytes;
            cuts = times;
        }

        /** Told of every cut before the client can notice it. */
        public synchronized void whenCut(Runnable told) {
            whenCut = told;
        }

        /** Nothing goes on, and no connection is ended, until it is told so. */
        public void stand(boolean still) {
            stands = still;
        }

        private void passOn() throws IOException {
            while (stands) {
                try {
                    Thread.sleep(10);
                } catch (InterruptedException e) {
                    throw new InterruptedIOException();
                }
            }
        }

        /** One bit in every so many bytes is turned over, in what is sent again too. */
        public synchronized void damageEvery(int bytes) {
            damageEvery = bytes;
            untilDamage = bytes;
        }

        private synchronized void damage(byte[] chunk, int length) {
            if (damageEvery == 0) {
                return;
            }
            if (untilDamage < length) {
                chunk[(int) untilDamage] ^= 1;
                untilDamage += damageEvery;
            }
            untilDamage -= length;
        }

        /** How often it is still to be cut. */
        public synchronized int cutsLeft() {
            return cuts;
        }

        /** How many of so many bytes may pass before the connection is cut; all of them if it is not. */
        private synchronized int admit(int bytes) {
            if (cuts == 0 || bytes < left) {
                left -= bytes;
                return bytes;
            }
            int admitted = (int) left;
            cuts--;
            left = every;
            whenCut.run();
            return admitted;
        }
    }

    public CuttingProxy(int port) throws IOException {
        this.port = port;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + listening.getLocalPort());
    }

    /** From the client to the server. */
    public Direction up() {
        return up;
    }

    /** From the server to the client. */
    public Direction down() {
        return down;
    }

    /** So many connections are reset as soon as they are made. */
    public void turnAway(int connections) {
        turnedAway.set(connections);
    }

    /** How many are still to be reset. */
    public int turnedAwayLeft() {
        return turnedAway.get();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                if (turnedAway.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    client.setSoLinger(true, 0);
                    client.close();
                    continue;
                }
                Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
                start(() -> pump(client, server, up));
                start(() -> pump(server, client, down));
            } catch (IOException e) {
                continue;
            }
        }
    }

    private static void pump(Socket from, Socket to, Direction direction) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] chunk = new byte[CHUNK];
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                direction.passOn();
                direction.damage(chunk, read);
                int admitted = direction.admit(read);
                out.write(chunk, 0, admitted);
                direction.passed.addAndGet(admitted);
                if (admitted < read) {
                    return;
                }
            }
        } catch (IOException e) {
            return;
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "cutting-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
