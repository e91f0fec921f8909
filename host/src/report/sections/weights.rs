//! The weights onto each neuron as an image of its inputs.

use std::fmt::Write;

use super::super::colour::{heat, hex};
use super::super::data::Data;
use super::super::facts::WeightImages;
use super::super::png::data_address;
use super::super::text::{escape, number, percent};
use super::{Block, Drawn};
use crate::results::Theta;

/// Images drawn.
const IMAGES: usize = 120;

pub(super) fn draw(data: &Data) -> Drawn {
    let Some(images) = &data.facts.images else {
        return Err("the inputs of no projection were said to form an image".to_owned());
    };
    let index = data
        .info
        .projections
        .iter()
        .position(|p| p.name == images.projection);
    let index =
        index.ok_or_else(|| format!("there is no projection named {}", images.projection))? as u32;
    let theta = data.theta_of(index);
    if theta.is_empty() {
        return Err("θ was not recorded".to_owned());
    }
    let theta0 = data.plasticity(index).map_or(0.0, |p| p.theta0);
    let weights = weights(theta, theta0, (images.width * images.height) as usize);
    let scale = scale(&weights);
    let functional = theta.iter().filter(|t| t.raw > 0).count() as f64 / theta.len() as f64;
    let more = weights.len().saturating_sub(IMAGES);
    let more = if more > 0 {
        format!(" The first {IMAGES} neurons are shown, {more} are not.")
    } else {
        String::new()
    };
    Ok(vec![Block {
        title: format!("Weights of {} at the end", images.projection),
        html: format!("{}{}", gallery(images, &weights, scale), scale_bar(scale)),
        caption: format!(
            "Look for shapes: each picture is one neuron's weights, bright where its synapse is strong and dark where it \
             is weak or retracted; below it the label it was given. {} of the synapses are functional.{more}",
            percent(functional)
        ),
        wide: true,
    }])
}

/// w = e^(θ − θ0) of each neuron's pixels; 0 where retracted or not connected.
fn weights(theta: &[Theta], theta0: f64, pixels: usize) -> Vec<Vec<f64>> {
    let neurons = theta.iter().map(|t| t.post as usize + 1).max().unwrap_or(0);
    let mut weights = vec![vec![0.0; pixels]; neurons];
    for t in theta.iter().filter(|t| t.raw > 0) {
        if let Some(pixel) = weights
            .get_mut(t.post as usize)
            .and_then(|image| image.get_mut(t.pre as usize))
        {
            *pixel = (t.theta() - theta0).exp();
        }
    }
    weights
}

/// The weight drawn brightest: one in 40 is larger, so that a few giants don't darken all others.
fn scale(weights: &[Vec<f64>]) -> f64 {
    let mut all: Vec<f64> = weights
        .iter()
        .flatten()
        .copied()
        .filter(|&w| w > 0.0)
        .collect();
    all.sort_by(f64::total_cmp);
    all.get(all.len().saturating_sub(1 + all.len() / 40))
        .copied()
        .unwrap_or(1.0)
}

fn gallery(images: &WeightImages, weights: &[Vec<f64>], scale: f64) -> String {
    let palette = heat();
    let mut html = r#"<div class="gallery">"#.to_owned();
    for (neuron, pixels) in weights.iter().enumerate().take(IMAGES) {
        let bytes: Vec<u8> = pixels
            .iter()
            .map(|w| (255.0 * (w / scale).min(1.0)).round() as u8)
            .collect();
        let label = images.labels.get(neuron).filter(|label| !label.is_empty());
        let text = label.map_or("–".to_owned(), |label| escape(label));
        let _ = write!(
            html,
            r#"<figure><img src="{}" alt="weights of neuron {neuron}" title="neuron {neuron}"><figcaption>{text}</figcaption></figure>"#,
            data_address(images.width, images.height, &bytes, &palette)
        );
    }
    html + "</div>"
}

fn scale_bar(scale: f64) -> String {
    let stops: Vec<String> = (0..=8).map(|i| hex(f64::from(i) / 8.0)).collect();
    format!(
        r#"<div class="scale"><span>weight 0</span><i style="background:linear-gradient(90deg,{})"></i><span>{} and more</span></div>"#,
        stops.join(","),
        number(scale)
    )
}
