//! Functions of a firmware file: their code, what stack each takes.

use object::{Object, ObjectSection, ObjectSymbol, SymbolKind};
use std::collections::BTreeMap;
use std::error::Error;

/// A function.
#[derive(Clone, Debug)]
pub(super) struct Function {
    /// Its symbol.
    pub(super) name: String,
    /// Where it begins.
    pub(super) address: u32,
    /// Whether it is in Thumb code.
    pub(super) thumb: bool,
    /// Bytes of stack that it takes itself.
    pub(super) stack: u32,
    /// Its code.
    pub(super) code: Vec<u8>,
    /// Ranges of its code that are data, as offsets.
    pub(super) data: Vec<(usize, usize)>,
}

impl Function {
    /// The half word at an offset.
    pub(super) fn half(&self, offset: usize) -> Option<u16> {
        let bytes = self.code.get(offset..offset + 2)?;
        Some(u16::from_le_bytes(bytes.try_into().ok()?))
    }

    /// The end of the data that an offset lies in.
    pub(super) fn data_until(&self, offset: usize) -> Option<usize> {
        let range = self
            .data
            .iter()
            .find(|(start, end)| (*start..*end).contains(&offset));
        range.map(|(_, end)| *end)
    }

    /// Whether an address is within it.
    pub(super) fn holds(&self, address: u32) -> bool {
        (self.address..self.address + self.code.len() as u32).contains(&address)
    }

    /// The last two names of its path: a symbol of Rust's v0 scheme has each with its length before it.
    pub(super) fn short_name(&self) -> String {
        let mut parts = Vec::new();
        let mut rest = self.name.as_str();
        while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
            rest = &rest[at..];
            let digits = rest
                .find(|c: char| !c.is_ascii_digit())
                .unwrap_or(rest.len());
            let length: usize = rest[..digits].parse().unwrap_or(0);
            rest = &rest[digits..];
            let name = rest.strip_prefix('_').unwrap_or(rest);
            if length > 2 && name.len() >= length && name.is_char_boundary(length) {
                parts.push(&name[..length]);
                rest = &name[length..];
            }
        }
        match parts.as_slice() {
            [] => self.name.clone(),
            [one] => (*one).to_owned(),
            // Types that it is generic over follow; the crate, then the path, come first.
            all => all.iter().take(4).copied().collect::<Vec<_>>().join("::"),
        }
    }
}

/// A board's program.
#[derive(Clone, Debug)]
pub(super) struct Program {
    /// By address.
    pub(super) functions: BTreeMap<u32, Function>,
    /// Bytes of stack.
    pub(super) stack_bytes: u32,
    /// Bytes of DTCM behind stack and statics.
    pub(super) image_bytes: u32,
}

impl Program {
    /// From an ELF file.
    pub(super) fn read(file: &[u8]) -> Result<Self, Box<dyn Error>> {
        let elf = object::File::parse(file)?;
        let symbol = |name: &str| {
            let found = elf.symbols().find(|symbol| symbol.name() == Ok(name));
            found
                .map(|symbol| symbol.address() as u32)
                .ok_or_else(|| format!("no symbol {name}"))
        };
        let stacks = stack_sizes(&elf)?;
        let marks = marks(&elf);
        let mut functions = BTreeMap::new();
        for symbol in elf
            .symbols()
            .filter(|symbol| symbol.kind() == SymbolKind::Text && symbol.size() > 0)
        {
            let thumb = symbol.address() & 1 == 1;
            let address = symbol.address() as u32 & !1;
            let section = symbol
                .section_index()
                .ok_or("a function without a section")?;
            let section = elf.section_by_index(section)?;
            let code = section.data_range(u64::from(address), symbol.size())?;
            let code = code.ok_or("a function outside its section")?.to_vec();
            let end = address + code.len() as u32;
            functions.entry(address).or_insert(Function {
                name: symbol.name()?.to_owned(),
                address,
                thumb,
                stack: stacks.get(&address).copied().unwrap_or(0),
                code,
                data: data_ranges(&marks, address, end),
            });
        }
        Ok(Self {
            functions,
            stack_bytes: symbol("_stack_start")? - symbol("_stack_end")?,
            image_bytes: symbol("_dtcm_end")? - symbol("_dtcm_start")?,
        })
    }

    /// The function of this symbol.
    pub(super) fn named(&self, name: &str) -> Option<&Function> {
        self.functions
            .values()
            .find(|function| function.name == name)
    }

    /// The first function whose symbol contains this.
    pub(super) fn containing(&self, part: &str) -> Option<&Function> {
        self.functions
            .values()
            .find(|function| function.name.contains(part))
    }
}

/// Address and size, ULEB128, of each function that the compiler made.
fn stack_sizes(elf: &object::File<'_>) -> Result<BTreeMap<u32, u32>, Box<dyn Error>> {
    let mut sizes = BTreeMap::new();
    for section in elf
        .sections()
        .filter(|section| section.name() == Ok(".stack_sizes"))
    {
        let mut data = section.data()?;
        while let Some((address, rest)) = data.split_first_chunk() {
            let address = u32::from_le_bytes(*address) & !1;
            let (mut size, mut shift) = (0_u32, 0);
            let mut bytes = rest.iter();
            for byte in bytes.by_ref() {
                size |= u32::from(byte & 0x7F).checked_shl(shift).unwrap_or(0);
                shift += 7;
                if byte & 0x80 == 0 {
                    break;
                }
            }
            data = bytes.as_slice();
            let known = sizes.entry(address).or_insert(0);
            *known = size.max(*known);
        }
    }
    if sizes.is_empty() {
        return Err("the compiler noted no stack sizes: it does so where it builds the standard library along (docs/boards.md)".into());
    }
    Ok(sizes)
}

/// Mapping symbols in order (ARM IHI 0044, 5.5.5): whether what begins there is data.
fn marks(elf: &object::File<'_>) -> Vec<(u32, bool)> {
    let mut marks: Vec<(u32, bool)> = elf
        .symbols()
        .filter_map(|symbol| {
            let kind = symbol.name().ok()?.get(..2)?;
            let is_data = match kind {
                "$d" => true,
                "$a" | "$t" => false,
                _ => return None,
            };
            Some((symbol.address() as u32 & !1, is_data))
        })
        .collect();
    marks.sort_unstable();
    marks
}

/// The data between two addresses, as offsets from the first.
fn data_ranges(marks: &[(u32, bool)], start: u32, end: u32) -> Vec<(usize, usize)> {
    let mut ranges = Vec::new();
    let inside = marks.partition_point(|(at, _)| *at < start);
    for (index, (at, is_data)) in marks.iter().enumerate().skip(inside) {
        if *at >= end {
            break;
        }
        if *is_data {
            let until = marks[index + 1..].iter().find(|(_, data)| !data);
            let until = until.map_or(end, |(at, _)| (*at).min(end));
            ranges.push(((*at - start) as usize, (until - start) as usize));
        }
    }
    ranges
}
