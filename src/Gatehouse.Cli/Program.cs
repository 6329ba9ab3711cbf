return await Gatehouse.Cli.Tool.RunAsync(args, Console.Out, Console.Error, Console.In);
