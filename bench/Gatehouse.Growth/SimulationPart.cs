namespace Gatehouse.Growth;

internal static class SimulationPart
{
    public static void Run(Report report) { }
}
