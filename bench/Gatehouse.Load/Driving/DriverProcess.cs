using System.Diagnostics;
using System.Text.Json;
using Gatehouse.Load.Machinery;

namespace Gatehouse.Load.Driving;

/// <summary>The driver in a process of its own, on the core that the server does not use. One line of JSON in, one out.</summary>
internal sealed class DriverProcess : IDisposable
{
    public const string Command = "drive";

    private readonly Process process = Pinned.Start(Pinned.LoadCore, ["dotnet", typeof(Driver).Assembly.Location, Command], redirect: true);

    public int Id => process.Id;

    public async Task<LoadResult> RunAsync(Load load)
    {
        await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(load));
        return JsonSerializer.Deserialize<LoadResult>(await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The driver ended."))!;
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }

    public static void Serve()
    {
        var (codes, refreshTokens) = (new Queue<Code>(), new Queue<string>());
        while (Console.ReadLine() is { } line)
        {
            var load = JsonSerializer.Deserialize<Load>(line)!;
            if (load.Codes is Codes.Keep) codes.Clear();
            Console.WriteLine(JsonSerializer.Serialize(load.PerSecond > 0 ? OpenLoop.Run(load, refreshTokens) : Driver.Run(load, codes)));
        }
    }
}
