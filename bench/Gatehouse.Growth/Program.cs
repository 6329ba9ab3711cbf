using Gatehouse.Growth;

return await Bench.Command().Parse(args).InvokeAsync();
