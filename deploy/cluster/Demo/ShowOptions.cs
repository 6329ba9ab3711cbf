namespace Gatehouse.Cluster.Demo;

/// <param name="Nodes">How many.</param>
/// <param name="Clients">That work at once.</param>
/// <param name="Seconds">0: until somebody ends it.</param>
/// <param name="Fail">What fails by itself when there is an end.</param>
internal sealed record ShowOptions(int Nodes, int Clients, int Seconds, IReadOnlyList<string> Fail);
