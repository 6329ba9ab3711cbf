using System.Reflection;

namespace Gatehouse.Pages.Texts;

/// <summary>Every text of a language with its name, <c>Login.Heading</c> for one, for whoever checks them. Once at start-up.</summary>
internal static class AllTexts
{
    public static IReadOnlyDictionary<string, string> Of(PageTexts texts) =>
        (from part in typeof(PageTexts).GetProperties(BindingFlags.Public | BindingFlags.Instance)
         where part.PropertyType.Namespace == typeof(PageTexts).Namespace
         from text in part.PropertyType.GetProperties()
         where text.PropertyType == typeof(string)
         select ($"{part.Name}.{text.Name}", (string)text.GetValue(part.GetValue(texts))!)).ToDictionary(text => text.Item1, text => text.Item2, StringComparer.Ordinal);
}
