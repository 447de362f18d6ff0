#!/bin/sh
# JCSP 1.1-rc4 (Debian libjcsp-java 1.1-rc4-2.1): three things that a network of processes learns too late.
#
# Poison: `poison(n)` of a channel made by `Channel.one2one()` does nothing; a writer that waits goes on waiting.
# Only a channel made with an immunity (`one2one(0)`) can be poisoned, and nothing says that the call was void.
# Failure: a process in a `Parallel` that throws is printed, and `Parallel.run()` returns as if all had ended well.
# Order: of five writers that wait at one `any2one` channel the first is served first and then the *last*, and so
# backwards; new writers that keep coming would starve the second.
#
# Surprising, because poison is the library's way to end a network and its documentation shows it as a method of
# every channel; because `run()` of all other things throws; and because "Any-2-One" is drawn as a queue everywhere,
# and `Alternative.fairSelect` beside it is really fair.
# What to do: make channels with an immunity of 0; let a process send its failure as a value; put one channel a
# writer and `fairSelect` where writers must be served in turn.
. "$(dirname "$0")/setup.sh"
debian libjcsp-java=1.1-rc4-2.1
command -v javac > /dev/null || missing "no javac"
mkdir -p out
cat > Finding.java << 'JAVA'
import org.jcsp.lang.*;

public class Finding {

    /** What becomes of a writer that waits at a channel when the reader's side poisons it. */
    static String poisoned(One2OneChannel channel) throws InterruptedException {
        StringBuffer end = new StringBuffer("waits on");
        new ProcessManager(() -> {
            try {
                channel.out().write(1);
                end.replace(0, end.length(), "wrote");
            } catch (PoisonException e) {
                end.replace(0, end.length(), "poisoned");
            }
        }).start();
        Thread.sleep(100);
        channel.in().poison(1);
        Thread.sleep(200);
        return end.toString();
    }

    public static void main(String[] args) throws InterruptedException {
        String plain = poisoned(Channel.one2one()), immune = poisoned(Channel.one2one(0));
        System.out.println("one2one(): the writer " + plain + "; one2one(0): the writer " + immune);

        String run = "returns";
        java.io.PrintStream err = System.err;
        System.setErr(new java.io.PrintStream(new java.io.ByteArrayOutputStream()));
        try {
            new Parallel(new CSProcess[] {() -> { throw new IllegalStateException("failed"); }, () -> {}}).run();
        } catch (IllegalStateException e) {
            run = "throws";
        }
        System.setErr(err);
        System.out.println("a process of a Parallel throws: run() " + run);

        Any2OneChannel shared = Channel.any2one();
        for (int i = 0; i < 5; i++) {
            int writer = i;
            new ProcessManager(() -> shared.out().write(writer)).start();
            Thread.sleep(50);
        }
        String order = "";
        for (int i = 0; i < 5; i++) order += shared.in().read();
        System.out.println("writers that came as 01234 are served as " + order);
        boolean as = plain.equals("waits on") && immune.equals("poisoned") && run.equals("returns") && order.equals("04321");
        System.exit(as ? 0 : 1);
    }
}
JAVA
java -version 2>&1 | head -n 1
jar=root/usr/share/java/jcsp.jar
javac -nowarn -cp $jar -d out Finding.java > log 2>&1 || missing "javac failed"
verdict java -cp $jar:out Finding
