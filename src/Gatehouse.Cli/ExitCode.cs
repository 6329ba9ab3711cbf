namespace Gatehouse.Cli;

/// <summary>What a script may rely on. Documented in docs/cli.md.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>The command was understood and refused: not found, already there, against a rule, or a check failed.</summary>
    public const int Refused = 1;

    /// <summary>The command line or the configuration is wrong.</summary>
    public const int Usage = 2;

    /// <summary>The database or the server cannot be reached, or is not of this version.</summary>
    public const int Outage = 3;

    /// <summary>Stopped by Ctrl+C, as a shell reports it.</summary>
    public const int Interrupted = 130;
}
