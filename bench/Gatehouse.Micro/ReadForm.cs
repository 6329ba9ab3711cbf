using BenchmarkDotNet.Attributes;
using Gatehouse.Http;
using Gatehouse.Protocol;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Micro;

/// <summary>Our reader refuses what ASP.NET Core's repairs; it must not cost more for it. Both are given a new request, which costs the same.</summary>
public class ReadForm
{
    [Benchmark(Baseline = true)]
    public async Task<IFormCollection> ReadFormAsync() => await Requests.Http().ReadFormAsync();

    [Benchmark]
    public async Task<object?> FormReaderReadAsync() => (await FormReader.ReadAsync(Requests.Http(), CancellationToken.None)).Succeeded(out var form, out _) ? form : null;

    [Benchmark]
    public object? FormReaderParse() => FormReader.Parse(Requests.Body).Succeeded(out var form, out _) ? form : null;
}
