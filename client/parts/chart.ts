/** The library that draws charts; loaded when the first one is drawn. */
export { default as UPlot } from 'uplot';
