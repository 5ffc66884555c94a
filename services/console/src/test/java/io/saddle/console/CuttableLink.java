package io.saddle.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A TCP link to a local port that can be cut, frozen and mended. */
final class CuttableLink implements AutoCloseable {

    private final int target;
    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Object thaw = new Object();
    private volatile boolean cut;
    private boolean frozen;

    CuttableLink(int target) throws IOException {
        this.target = target;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon("link", this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Ends every connection, and each new one at once. */
    void cut() throws IOException {
        cut = true;
        closeAll();
    }

    /** Every connection stays, and each new one is taken, but nothing comes through any more, as of a process that was stopped. */
    void freeze() {
        synchronized (thaw) {
            frozen = true;
        }
    }

    void mend() {
        cut = false;
        synchronized (thaw) {
            frozen = false;
            thaw.notifyAll();
        }
    }

    private void passesOn() throws InterruptedException {
        synchronized (thaw) {
            while (frozen) {
                thaw.wait();
            }
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                if (cut) {
                    client.close();
                    continue;
                }
                Socket console = new Socket(InetAddress.getLoopbackAddress(), target);
                open.add(client);
                open.add(console);
                daemon("link-up", () -> pump(client, console));
                daemon("link-down", () -> pump(console, client));
            } catch (IOException e) {
                // The console or this end is closed: whoever waits for the page says so.
            }
        }
    }

    private void pump(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] some = new byte[8192];
            for (int n = in.read(some); n >= 0; n = in.read(some)) {
                passesOn();
                out.write(some, 0, n);
                out.flush();
            }
        } catch (IOException e) {
            // One end is gone, and with it the other.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void closeAll() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
        open.clear();
    }

    @Override
    public void close() throws IOException {
        server.close();
        closeAll();
    }
}
