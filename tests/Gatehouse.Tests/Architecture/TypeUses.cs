using Mono.Cecil;
using Mono.Cecil.Rocks;

namespace Gatehouse.Tests.Architecture;

/// <summary>Which types each type of an assembly uses, read from its IL: signatures, attributes and method bodies.</summary>
internal sealed class TypeUses
{
    private readonly HashSet<(TypeDefinition From, string Namespace, string Name)> uses = [];
    private TypeDefinition from = null!;

    /// <summary>A use, reported for the outermost type, so that a lambda's closure counts for the type in whose file it stands.</summary>
    internal sealed record Use(string FromNamespace, string FromName, string Namespace, string Name)
    {
        public override string ToString() => $"{FromNamespace}.{FromName} uses {Namespace}.{Name}";
    }

    public static IReadOnlyList<Use> Of(string assemblyPath)
    {
        var walk = new TypeUses();
        using var module = ModuleDefinition.ReadModule(assemblyPath);
        foreach (var type in module.Types)
        {
            walk.from = type;
            walk.Visit(type);
        }

        return [.. walk.uses.Select(use => new Use(use.From.Namespace, use.From.Name, use.Namespace, use.Name)).OrderBy(use => use.ToString(), StringComparer.Ordinal)];
    }

    private void Visit(TypeDefinition type)
    {
        Add(type.BaseType);
        foreach (var item in type.Interfaces) Add(item.InterfaceType);
        foreach (var parameter in type.GenericParameters) Visit(parameter);
        foreach (var field in type.Fields) { Add(field.FieldType); Visit((ICustomAttributeProvider)field); }
        foreach (var property in type.Properties) Visit((ICustomAttributeProvider)property);
        foreach (var method in type.Methods) Visit(method);
        foreach (var nested in type.NestedTypes) Visit(nested);
        Visit((ICustomAttributeProvider)type);
    }

    private void Visit(MethodDefinition method)
    {
        AddSignature(method);
        Visit((ICustomAttributeProvider)method);
        foreach (var parameter in method.GenericParameters) Visit(parameter);
        if (!method.HasBody) return;
        foreach (var variable in method.Body.Variables) Add(variable.VariableType);
        foreach (var handler in method.Body.ExceptionHandlers) Add(handler.CatchType);
        foreach (var instruction in method.Body.Instructions)
        {
            switch (instruction.Operand)
            {
                case TypeReference type: Add(type); break;
                case FieldReference field: Add(field.DeclaringType); Add(field.FieldType); break;
                case MethodReference called: Add(called.DeclaringType); AddSignature(called); break;
            }
        }
    }

    private void Visit(GenericParameter parameter)
    {
        foreach (var constraint in parameter.Constraints) Add(constraint.ConstraintType);
    }

    private void Visit(ICustomAttributeProvider provider)
    {
        foreach (var attribute in provider.CustomAttributes)
        {
            Add(attribute.AttributeType);
            foreach (var argument in attribute.ConstructorArguments) Add(argument.Value as TypeReference);
        }
    }

    private void AddSignature(MethodReference method)
    {
        Add(method.ReturnType);
        foreach (var parameter in method.Parameters) Add(parameter.ParameterType);
        foreach (var argument in (method as GenericInstanceMethod)?.GenericArguments ?? []) Add(argument);
    }

    private void Add(TypeReference? type)
    {
        if (type is null or GenericParameter) return;
        if (type is GenericInstanceType generic)
            foreach (var argument in generic.GenericArguments) Add(argument);
        var element = type.GetElementType();
        while (element is TypeSpecification specification) element = specification.ElementType;
        while (element.DeclaringType is { } outer) element = outer;
        if (element is not GenericParameter && element.FullName != from.FullName)
            uses.Add((from, element.Namespace, element.Name));
    }
}
