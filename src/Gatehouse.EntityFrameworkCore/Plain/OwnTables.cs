using System.ComponentModel.DataAnnotations.Schema;
using System.Reflection;

namespace Gatehouse.EntityFrameworkCore.Plain;

/// <summary>In a database of our own, tables are called what their rows say.</summary>
internal static class OwnTables
{
    public static string Of<TRow>() => typeof(TRow).GetCustomAttribute<TableAttribute>()!.Name;
}
