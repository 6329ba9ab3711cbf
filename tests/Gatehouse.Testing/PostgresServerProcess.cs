using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Gatehouse.Testing;

/// <summary>The server as a child process, run by a shell that outlives us just long enough to clean up.</summary>
/// <remarks>
/// The shell reads our orders from a pipe: a signal's name stops the server and keeps its data. The end of the pipe, which the kernel also
/// sends when a test process is killed, removes both: no run leaves a server or a folder behind.
/// </remarks>
internal sealed class PostgresServerProcess(string binaries, string folder, PostgresOptions options, IPEndPoint listen) : IDisposable
{
    // Whoever reaches the address at all may try the password: it is loopback's, or one of a network namespace of our own.
    private const string Initialize = """
        set -e
        umask 077
        trap '' INT PIPE
        folder=$(mktemp -d -t gatehouse-postgresql-XXXXXXXX)
        read -r password
        echo "$password" >"$folder/password"
        "$1/initdb" -D "$folder/data" --username=postgres --pwfile="$folder/password" --auth=scram-sha-256 \
            --encoding=UTF8 --locale=C --no-sync >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log" >&2; rm -rf "$folder"; exit 1; }
        rm "$folder/password"
        printf 'host %s all all scram-sha-256\n' all replication >>"$folder/data/pg_hba.conf"
        echo "$folder" || true
        read -r keep || rm -rf "$folder"
        """;

    // A copy of a running server, told to follow it. The slot has the primary keep what the copy has not read yet.
    private const string CopyRunning = """
        set -e
        umask 077
        trap '' INT PIPE
        folder=$(mktemp -d -t gatehouse-postgresql-XXXXXXXX)
        read -r PGPASSWORD
        export PGPASSWORD
        "$1/pg_basebackup" -D "$folder/data" -h "$2" -p "$3" -U postgres -X stream -C -S "$4" -R -c fast --no-sync \
            >"$folder/copy.log" 2>&1 || { cat "$folder/copy.log" >&2; rm -rf "$folder"; exit 1; }
        echo "$folder" || true
        read -r keep || rm -rf "$folder"
        """;

    // Ctrl-C and a terminal that closes reach the whole foreground group: the shell ignores both, because its own turn comes when the pipe ends. The server and its
    // children hold the other pipe as file 3, so the end of that one tells us that the last of them is gone.
    private const string Run = """
        trap '' INT HUP
        folder=$1; shift
        "$@" 3>&1 >>"$folder/server.log" 2>&1 </dev/null &
        server=$!
        exec >/dev/null 2>&1
        if read -r signal; then kill -s "$signal" $server; wait $server
        else kill -s QUIT $server; wait $server; rm -rf "$folder"; fi
        """;

    private Process? process;
    private Task gone = Task.CompletedTask;

    public bool IsRunning => !gone.IsCompleted;

    /// <summary>Makes a cluster and returns its folder. `--no-sync` leaves only the empty cluster to the kernel's own time; the server syncs every commit.</summary>
    public static Task<string> InitializeAsync(string binaries, PostgresOptions options, string password, CancellationToken ct) =>
        MakeAsync(Shell(options, Initialize, binaries), password, ct);

    /// <summary>Makes a standby's data from a running server and returns its folder.</summary>
    public static Task<string> CopyAsync(string binaries, PostgresOptions options, string password, IPEndPoint primary, string slot, CancellationToken ct) =>
        MakeAsync(Shell(options, CopyRunning, binaries, primary.Address.ToString(), primary.Port.ToString(CultureInfo.InvariantCulture), slot), password, ct);

    public void Start()
    {
        if (IsRunning) throw new InvalidOperationException("The server is running already.");
        process?.Dispose();
        process = Shell(options, Run,
        [
            folder, Path.Combine(binaries, "postgres"), "-D", Path.Combine(folder, "data"),
            "-p", listen.Port.ToString(CultureInfo.InvariantCulture),
            "-c", $"listen_addresses={listen.Address}",
            "-c", "unix_socket_directories=",
            "-c", "max_connections=500",
            "-c", "fsync=on",
            "-c", "synchronous_commit=on",
            .. options.Settings.SelectMany(static setting => (string[])["-c", setting]),
        ]);
        gone = process.StandardOutput.ReadToEndAsync();
    }

    public async Task StopAsync(string signal, CancellationToken ct)
    {
        if (process is not { HasExited: false }) return;
        await process.StandardInput.WriteLineAsync(signal.AsMemory(), ct);
        process.StandardInput.Close();
        await process.WaitForExitAsync(ct);
        await gone.WaitAsync(ct);
    }

    public string ReadLog()
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "server.log"));
        }
        catch (IOException)
        {
            return "(it wrote no log)";
        }
    }

    /// <summary>The shell does its work whether somebody waits for it or not.</summary>
    public void Dispose()
    {
        if (process is null) return;
        if (!process.HasExited)
        {
            process.StandardInput.Close();
            process.WaitForExit(TimeSpan.FromSeconds(15));
        }
        else if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        process.Dispose();
        process = null;
    }

    private static async Task<string> MakeAsync(Process shell, string password, CancellationToken ct)
    {
        using var process = shell;
        await process.StandardInput.WriteLineAsync(password);
        if (await process.StandardOutput.ReadLineAsync(ct) is not { } folder)
            throw new InvalidOperationException($"No cluster could be made:\n{await process.StandardError.ReadToEndAsync(ct)}");
        await process.StandardInput.WriteLineAsync("keep");
        return folder;
    }

    /// <summary>PostgreSQL refuses to run as root, which is who tests are in a container: then it runs as the user that its package made.</summary>
    private static Process Shell(PostgresOptions options, string script, params string[] arguments)
    {
        string[] command = ["/bin/sh", "-c", script, "sh", .. arguments];
        if (Environment.IsPrivilegedProcess) command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", .. command];
        if (options.Namespace is { } name) command = ["ip", "netns", "exec", name, .. command];
        return Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        }) ?? throw new InvalidOperationException("No shell.");
    }
}
