using Gatehouse.Cluster;

await using var cluster = await RunningCluster.StartAsync(new() { Standby = true, Namespaces = args.Contains("--namespaces") });
Console.WriteLine($"{cluster.Nginx.Url} {cluster.Nginx.CertificateFile} {cluster.Postgres.NodeConnectionString}");
foreach (var node in cluster.Nodes) Console.WriteLine($"{node.Name} {node.Url} {node.ProcessId}");
await Console.In.ReadLineAsync();
