/// Sorts what was received into two lanes: groups with something urgent, and the others. What is urgent stands first within
/// its group too; everything else keeps its order.
func lanes<Element>(
    _ elements: [Element], group: (Element) -> String, isUrgent: (Element) -> Bool
) -> (priority: [[Element]], standard: [[Element]]) {
    var order: [String] = []
    var groups: [String: [Element]] = [:]
    for element in elements {
        let name = group(element)
        if groups[name] == nil { order.append(name) }
        groups[name, default: []].append(element)
    }
    var result: (priority: [[Element]], standard: [[Element]]) = ([], [])
    for name in order {
        let members = groups[name] ?? []
        let urgent = members.filter(isUrgent)
        if urgent.isEmpty {
            result.standard.append(members)
        } else {
            result.priority.append(urgent + members.filter { !isUrgent($0) })
        }
    }
    return result
}
